// Creates the folder, and removes it where it is temporary.
#include "userspace/commands/train/work_folder.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "model/base/new_file.h"
#include "model/base/system_error.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// Looks into the folders of checkpoints and of their ranks too.
void remove_half_written(const fs::path& folder) {
  remove_unfinished_files(folder);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename();
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored) &&
        (name.starts_with("step-") || name.starts_with("rank-"))) {
      remove_half_written(entry.path());
    }
  }
}

fs::path make_temporary_folder() {
  std::string name = folder_for_temporary_files() / "pi-ring-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw_system_error(name);
  return name;
}

}  // namespace

WorkFolder::WorkFolder(const fs::path& kept)
    : path_(kept), temporary_(kept.empty()) {
  if (temporary_) return;
  fs::create_directories(kept);
  lock_.emplace(kept);
  remove_half_written(kept);
}

WorkFolder::~WorkFolder() {
  if (!temporary_ || path_.empty()) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

const fs::path& WorkFolder::path() {
  if (path_.empty()) path_ = make_temporary_folder();
  return path_;
}

}  // namespace pi_ring
