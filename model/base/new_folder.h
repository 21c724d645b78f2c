// A folder in the making: what it had to create goes away again, with all that
// was put there, unless the work came to its end.
#pragma once

#include <filesystem>

namespace pi_ring {

class NewFolder {
 public:
  // Creates the folder and its missing parents; one that is there already is
  // used and never removed. Throws std::system_error.
  explicit NewFolder(const std::filesystem::path& path);
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  void commit() { outermost_.clear(); }

 private:
  void create(const std::filesystem::path& path);
  void remove_created() noexcept;

  std::filesystem::path outermost_;  // of those created; empty if none
};

}  // namespace pi_ring
