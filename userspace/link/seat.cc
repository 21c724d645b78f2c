#include "userspace/link/seat.h"

namespace pi_ring {

void Seat::move_to(int processor) {
  if (processor == processor_ || processor < 0 || processor >= CPU_SETSIZE) {
    return;
  }
  if (processor_ == kNone && sched_getaffinity(0, sizeof before_, &before_)) {
    return;
  }
  cpu_set_t there;
  CPU_ZERO(&there);
  CPU_SET(processor, &there);
  if (CPU_ISSET(processor, &before_) &&
      sched_setaffinity(0, sizeof there, &there) == 0) {
    processor_ = processor;
  }
}

void Seat::sit_down() {
  if (processor_ == kNone) move_to(sched_getcpu());
}

void Seat::leave() {
  if (processor_ == kNone) return;
  sched_setaffinity(0, sizeof before_, &before_);
  processor_ = kNone;
}

}  // namespace pi_ring
