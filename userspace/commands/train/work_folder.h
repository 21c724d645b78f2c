// Where a command puts what it makes on the way: a folder that is there to
// stay, or one that goes when the work is done.
#pragma once

#include <filesystem>

namespace pi_ring {

class WorkFolder {
 public:
  // `kept` is made where it is missing; empty: a temporary one. Throws
  // std::system_error.
  explicit WorkFolder(const std::filesystem::path& kept);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool temporary_;
};

}  // namespace pi_ring
