// Blocks the signals that one thread of a ring's head waits for.
#pragma once

#include <signal.h>

namespace pi_ring {

// While an object exists, SIGCHLD and the signals that ask a program to stop
// (SIGINT, SIGTERM, SIGHUP, unless ignored, as under nohup) are blocked in this
// thread and in all that it starts. The thread that made it has to destroy it.
class BlockedSignals {
 public:
  BlockedSignals();
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

  const sigset_t& set() const { return blocked_; }

  // Restores the mask of before, in a child that was just forked.
  void restore_mask() const;

 private:
  sigset_t blocked_;
  sigset_t mask_before_;
  struct sigaction child_action_before_;
};

}  // namespace pi_ring
