// A number's bits mixed, SplitMix64's way: integers only, so that every machine
// draws the same.
#pragma once

#include <cstdint>

namespace pi_ring {

// What one draw adds to a counter whose mixed values are random numbers.
inline constexpr uint64_t kMixedStep = 0x9E3779B97F4A7C15U;

constexpr uint64_t mixed_bits(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
  return bits ^ (bits >> 31);
}

}  // namespace pi_ring
