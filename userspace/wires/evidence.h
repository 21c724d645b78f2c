// What a test of a link's wires has seen, before anybody says what that means.
#pragma once

#include <array>

#include "userspace/wires/ends.h"

namespace pi_ring {

// What a wire's end does when nothing of ours drives it.
enum class Rest {
  kFollows,  // the pulls
  kLow,      // whatever the pulls are
  kHigh,
};

constexpr size_t near_end(size_t wire) { return wire; }
constexpr size_t far_end(size_t wire) { return kWires + wire; }

struct Evidence {
  std::array<Rest, kMostEnds> rest{};
  // Its pull, as it was found or once it was raised, does not bring it down.
  EndSet unpulled;
  // Which ends were seen to rise with this one. Not always both ways.
  std::array<EndSet, kMostEnds> rose_with;
  // Wires that could not be asked about, and those that answered differently
  // each time.
  std::bitset<kWires> untold;
  std::bitset<kWires> unsteady;
  // A neighbour was to answer, and nothing at all came.
  bool no_answer = false;
};

}  // namespace pi_ring
