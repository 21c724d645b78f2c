// Two ends of a link whose accesses cost time: the driver's own code for the
// protocol and the registers, on a simulated clock.
#pragma once

#include <cstdint>

#include "tests/proto/rate/board.h"

namespace pi_ring {

struct LinkRate {
  double bytes_per_second;
  double reads_a_byte;   // of the level register, by the end that sends
  double writes_a_byte;  // of all registers, by the same end
};

// Returns the rate of a stream in one direction. It is the same at every call
// and on every machine.
LinkRate link_rate(const Board& board);

}  // namespace pi_ring
