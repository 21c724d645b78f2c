// Finds processes, files and descriptors that a ring has left behind.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

namespace pi_ring {

inline bool exists(pid_t pid) { return kill(pid, 0) == 0 || errno != ESRCH; }

inline bool has_children() {
  return waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

inline size_t count_entries(const char* folder) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(folder)) {
    ++count;
  }
  return count;
}

// Returns whether a process maps a file of /dev/shm, even one that is deleted.
// A process that never maps one can leave none behind. The files in /dev/shm
// tell less: they may be another program's.
inline bool maps_shared_memory_file(pid_t pid) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  EXPECT_TRUE(maps.good());
  for (std::string line; std::getline(maps, line);) {
    if (line.find("/dev/shm") != std::string::npos) return true;
  }
  return false;
}

}  // namespace pi_ring
