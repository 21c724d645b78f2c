// The order of work in a step of training. A rank alternates one forward and
// one backward pass, so it keeps the activations of few micro-batches and waits
// little.
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

// Returns what rank `rank` of `ranks` does in a step, in order. It depends on
// the ring only, never on timing; micro-batches go forward in order and
// backward in order. In a ring of one the head does everything, one micro-batch
// after the other.
std::vector<ScheduledAct> schedule_of(int rank, int ranks, int micro_batches);

// Returns the most micro-batches of which a rank keeps activations at a time,
// since they have gone forward and not yet backward. The head of several ranks
// keeps none.
int most_in_flight(int rank, int ranks, int micro_batches);

}  // namespace pi_ring
