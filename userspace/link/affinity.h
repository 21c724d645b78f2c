// Which processor a thread runs on.
#pragma once

#include <sched.h>

namespace pi_ring {

// Pins the thread that calls to one processor, and undoes that.
class ThreadAffinity {
 public:
  ThreadAffinity() = default;
  ~ThreadAffinity() { restore(); }
  ThreadAffinity(const ThreadAffinity&) = delete;
  ThreadAffinity& operator=(const ThreadAffinity&) = delete;

  // Pins to this processor. Does nothing where the mask that the thread was
  // given excludes it.
  void pin_to(int processor);

  // Pins to the current processor, unless the thread is pinned already.
  void pin_here();

  // Gives back the mask that the thread had before it was pinned.
  void restore();

 private:
  static constexpr int kNone = -1;

  int processor_ = kNone;
  cpu_set_t before_;
};

}  // namespace pi_ring
