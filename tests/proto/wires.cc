// Computes what each end reads from what both drive.
#include "tests/proto/wires.h"

namespace pi_ring {

void Wires::drive(int end, int line, bool high) {
  const uint8_t bit = 1u << line;
  // Two outputs on one wire fight whatever their levels are at the moment.
  if (driven_[1 - end] & bit) ++fights_;
  driven_[end] |= bit;
  level_[end] = high ? level_[end] | bit : level_[end] & ~bit;
}

void Wires::let_float(int end, int line) { driven_[end] &= ~(1u << line); }

uint8_t Wires::data(int end) const {
  const int peer = 1 - end;
  const uint8_t heard = driven_[peer] & ~faults.open;
  uint8_t data = faults.pulled_up;
  data = (data & ~driven_[end]) | (level_[end] & driven_[end]);
  data = (data & ~heard) | (level_[peer] & heard);
  return (data | faults.stuck_high) & ~faults.stuck_low;
}

}  // namespace pi_ring
