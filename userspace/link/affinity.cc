#include "userspace/link/affinity.h"

namespace pi_ring {

void ThreadAffinity::pin_to(int processor) {
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

void ThreadAffinity::pin_here() {
  if (processor_ == kNone) pin_to(sched_getcpu());
}

void ThreadAffinity::restore() {
  if (processor_ == kNone) return;
  sched_setaffinity(0, sizeof before_, &before_);
  processor_ = kNone;
}

}  // namespace pi_ring
