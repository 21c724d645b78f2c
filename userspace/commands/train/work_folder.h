// The folder for a command's intermediate files: one that stays, or a temporary
// one.
#pragma once

#include <filesystem>
#include <optional>

#include "userspace/commands/train/run_lock.h"

namespace pi_ring {

class WorkFolder {
 public:
  // Creates `kept` where it does not exist, locks it, and removes what killed
  // runs left there half written. Where `kept` is empty, path() creates a
  // temporary folder. Throws as RunLock does.
  explicit WorkFolder(const std::filesystem::path& kept);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::filesystem::path& path();

 private:
  std::filesystem::path path_;
  bool temporary_;
  std::optional<RunLock> lock_;
};

}  // namespace pi_ring
