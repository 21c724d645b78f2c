// The folder for a command's intermediate files: one that stays, or a temporary
// one.
#pragma once

#include <filesystem>
#include <optional>

#include "userspace/commands/train/run_lock.h"

namespace pi_ring {

class WorkFolder {
 public:
  // Creates `kept` where it does not exist and locks it, or creates a temporary
  // folder where `kept` is empty. Throws as RunLock does.
  explicit WorkFolder(const std::filesystem::path& kept);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool temporary_;
  std::optional<RunLock> lock_;
};

}  // namespace pi_ring
