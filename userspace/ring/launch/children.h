// The child processes of a ring's head. Each is reaped once.
#pragma once

#include <sys/types.h>

#include <vector>

namespace pi_ring {

// Owns the children: the destructor kills those that still live. A pid is
// dropped when it is reaped, so that a later process with that pid is never
// signalled.
class Children {
 public:
  // How a child ended; `status` is waitpid's.
  struct End {
    int rank = 0;
    int status = 0;
  };

  Children() = default;
  Children(Children&&) = default;
  Children& operator=(Children&&) = delete;
  ~Children() { kill_and_reap(); }

  // The ranks are added in order, from 0.
  void add(pid_t pid) { pids_.push_back(pid); }

  bool any() const;

  // Returns the children that have ended since the last call, without waiting.
  std::vector<End> reap();

  void kill_and_reap();

 private:
  std::vector<pid_t> pids_;  // by rank; 0: reaped
};

}  // namespace pi_ring
