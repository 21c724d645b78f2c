// Finds the rank that stalls a ring whose processes all live.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace pi_ring {

// What the head can see of a rank. A working rank passes on as many bytes as it
// is offered, down (activations) and up (gradients).
struct RankView {
  uint64_t offered_down = 0;
  uint64_t passed_down = 0;
  uint64_t offered_up = 0;
  uint64_t passed_up = 0;
  bool waits_for_data = false;   // asleep until a neighbour sends
  bool waits_for_space = false;  // asleep until a neighbour receives
};

// Returns the first rank, in ring order without the head, that keeps the others
// waiting; nothing where all wait for each other or for the head.
std::optional<int> find_stalled_rank(std::span<const RankView> ranks);

}  // namespace pi_ring
