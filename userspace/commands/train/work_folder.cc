// Creates the folder, and removes it where it is temporary.
#include "userspace/commands/train/work_folder.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace pi_ring {

WorkFolder::WorkFolder(const std::filesystem::path& kept)
    : path_(kept), temporary_(kept.empty()) {
  if (!temporary_) {
    std::filesystem::create_directories(kept);
    lock_.emplace(kept);
    return;
  }
  std::string name =
      (std::filesystem::temp_directory_path() / "pi-ring-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), name);
  }
  path_ = name;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  if (temporary_) std::filesystem::remove_all(path_, ignored);
}

}  // namespace pi_ring
