// Who does what when in a step of training: one forward, one backward in turn,
// so that a rank keeps the activations of few micro-batches and waits little.
#pragma once

#include <vector>

namespace pi_ring {

// What a rank does with one micro-batch. Activations go down the ring,
// gradients up:
//   head kEmbed -> 0 kForward -> 1 kForward -> ... -> head kLoss
//   head kKeep <- 0 kBackward <- 1 kBackward <- ... <- head kLoss
enum class Act { kEmbed, kForward, kLoss, kBackward, kKeep };

struct ScheduledAct {
  Act act = Act::kForward;
  int micro_batch = 0;

  bool operator==(const ScheduledAct&) const = default;
};

// What rank `rank` of `ranks` does in a step, in order. The same for a given
// ring, whatever takes how long; micro-batches go forward in order and backward
// in order. Alone, the head does all of it, one micro-batch after the other.
std::vector<ScheduledAct> schedule_of(int rank, int ranks, int micro_batches);

// The most micro-batches that a rank has taken forward and not yet backward:
// how many it has to keep activations of. None for a head among others.
int most_in_flight(int rank, int ranks, int micro_batches);

}  // namespace pi_ring
