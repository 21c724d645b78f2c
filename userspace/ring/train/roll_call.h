// Whether every rank of a ring is there, before a run that cannot start anew.
#pragma once

#include <chrono>

#include "userspace/link/link.h"

namespace pi_ring {

// Returns when a message has been all round the ring, with nothing left on its
// links of what was there before. Throws LinkError where none comes back.
void call_roll(Link& up, Link& down, std::chrono::milliseconds patience);

}  // namespace pi_ring
