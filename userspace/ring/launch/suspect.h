// Finds the rank that holds up a ring in which everybody lives.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace pi_ring {

// What can be seen of a rank from outside. A rank passes on as many bytes as
// it is offered, downstream (activations) and upstream (gradients).
struct RankView {
  uint64_t offered_down = 0;
  uint64_t passed_down = 0;
  uint64_t offered_up = 0;
  uint64_t passed_up = 0;
  bool waits_for_data = false;   // asleep until a neighbour sends
  bool waits_for_space = false;  // asleep until a neighbour receives
};

// The first of these ranks (in ring order, without the head) that keeps the
// others waiting; nothing where all wait for each other, or for the head.
std::optional<int> find_suspect(std::span<const RankView> ranks);

}  // namespace pi_ring
