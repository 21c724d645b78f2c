// The observations of a test of a link's wires, from which diagnose() finds
// the faults.
#pragma once

#include <array>

#include "userspace/wires/ends.h"

namespace pi_ring {

// The level of a wire's end that this program does not drive.
enum class Rest {
  kFollows,  // follows the pulls
  kLow,      // low with any pull
  kHigh,     // high with any pull
};

constexpr size_t near_end(size_t wire) { return wire; }
constexpr size_t far_end(size_t wire) { return kWires + wire; }

struct Evidence {
  std::array<Rest, kMostEnds> rest{};
  // Ends that their pull does not bring down, as found or after being raised.
  EndSet unpulled;
  // The ends that rose with each end. Not always symmetric.
  std::array<EndSet, kMostEnds> rose_with;
  // Wires that could not be tested, and wires with a different answer each
  // time.
  std::bitset<kWires> untold;
  std::bitset<kWires> unsteady;
  // A neighbour should have answered, and did not.
  bool no_answer = false;
};

}  // namespace pi_ring
