// The signals that a ring's head takes in its own time, held back meanwhile.
#pragma once

#include <signal.h>

namespace pi_ring {

// While it lives, SIGCHLD and the signals that ask a program to stop (SIGINT,
// SIGTERM, SIGHUP, unless they are ignored, as under nohup) are blocked in this
// thread and in all that it starts. To be destroyed by the thread that made it.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  const sigset_t& set() const { return held_; }

  // In a child just forked: has the mask as it was before.
  void release() const;

 private:
  sigset_t held_;
  sigset_t mask_before_;
  struct sigaction child_action_before_;
};

}  // namespace pi_ring
