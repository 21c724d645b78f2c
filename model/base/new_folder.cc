// Makes folders, and unmakes those it made where the work on them failed.
#include "model/base/new_folder.h"

#include <sys/stat.h>

#include <system_error>

#include "model/base/system_error.h"

namespace pi_ring {
namespace {

constexpr mode_t kFolderMode = 0777;  // the user's umask takes away from it

}  // namespace

NewFolder::NewFolder(const std::filesystem::path& path) {
  try {
    // Absolute, so that a change of the working folder changes nothing here.
    create(std::filesystem::absolute(path).lexically_normal());
  } catch (...) {
    remove_created();  // a destructor does not run for a half-made object
    throw;
  }
}

NewFolder::~NewFolder() { remove_created(); }

void NewFolder::create(const std::filesystem::path& path) {
  if (path.empty() || std::filesystem::is_directory(path)) return;
  create(path.parent_path());
  // A path that ends in a slash was made as its own parent.
  if (!path.has_filename()) return;
  if (::mkdir(path.c_str(), kFolderMode) != 0) throw_system_error(path);
  if (outermost_.empty()) outermost_ = path;
}

void NewFolder::remove_created() noexcept {
  if (outermost_.empty()) return;
  std::error_code ignored;  // nothing better to do with it while unwinding
  std::filesystem::remove_all(outermost_, ignored);
}

}  // namespace pi_ring
