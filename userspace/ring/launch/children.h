// The child processes of a ring's head, each to be reaped once.
#pragma once

#include <sys/types.h>

#include <vector>

namespace pi_ring {

// Owns the children: those that live when it is destroyed are killed. A pid is
// forgotten as it is reaped, so that its next bearer is never signalled.
class Children {
 public:
  // How one ended: `status` as waitpid gives it.
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

  // Those that have ended since the last call; does not wait.
  std::vector<End> reap();

  void kill_and_reap();

 private:
  std::vector<pid_t> pids_;  // by rank; 0: reaped
};

}  // namespace pi_ring
