// Keeps a second run out of a run's folder.
#pragma once

#include <filesystem>

#include "model/base/open_file.h"

namespace pi_ring {

// A lock on the file run.lock in the folder. The file stays; the kernel
// releases the lock when the process that made it ends, however it ends. A
// forked child does not inherit it, so a rank that outlives a killed head
// blocks nobody.
class RunLock {
 public:
  // The folder exists. Throws std::runtime_error, which names the other
  // process, where another run has locked it, and std::system_error where the
  // file cannot be locked.
  explicit RunLock(const std::filesystem::path& folder);

 private:
  OpenFile file_;
};

}  // namespace pi_ring
