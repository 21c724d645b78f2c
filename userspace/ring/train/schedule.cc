// Works out the order of a rank's acts from its place in the ring.
#include "userspace/ring/train/schedule.h"

#include <algorithm>

namespace pi_ring {
namespace {

using Schedule = std::vector<ScheduledAct>;

Schedule schedule_alone(int micro_batches) {
  Schedule acts;
  for (int i = 0; i < micro_batches; ++i) {
    for (const Act act :
         {Act::kEmbed, Act::kForward, Act::kLoss, Act::kBackward, Act::kKeep}) {
      acts.push_back({act, i});
    }
  }
  return acts;
}

// Begins with as many forward passes as there are ranks until the loss. Then
// the first gradient arrives, and each forward pass is followed by a backward
// pass.
Schedule schedule_middle(int rank, int ranks, int micro_batches) {
  const int ahead = ranks - 1 - rank;
  Schedule acts;
  for (int i = 0; i < micro_batches + ahead; ++i) {
    if (i < micro_batches) acts.push_back({Act::kForward, i});
    if (i >= ahead) acts.push_back({Act::kBackward, i - ahead});
  }
  return acts;
}

// Rank 0 can take `ranks` micro-batches before the first one's gradient is due.
// An input's gradient arrives a round after its loss; until then the head
// computes the losses of others.
Schedule schedule_head(int ranks, int micro_batches) {
  Schedule acts;
  for (int i = 0; i < std::min(ranks, micro_batches); ++i) {
    acts.push_back({Act::kEmbed, i});
  }
  for (int i = 0; i < micro_batches + ranks - 1; ++i) {
    if (i < micro_batches) acts.push_back({Act::kLoss, i});
    if (i + ranks < micro_batches) acts.push_back({Act::kEmbed, i + ranks});
    if (i >= ranks - 1) acts.push_back({Act::kKeep, i - (ranks - 1)});
  }
  return acts;
}

}  // namespace

Schedule schedule_of(int rank, int ranks, int micro_batches) {
  if (ranks == 1) return schedule_alone(micro_batches);
  if (rank == ranks - 1) return schedule_head(ranks, micro_batches);
  return schedule_middle(rank, ranks, micro_batches);
}

int most_in_flight(int rank, int ranks, int micro_batches) {
  if (ranks == 1) return 1;
  if (rank == ranks - 1) return 0;
  return std::min(ranks - rank, micro_batches);
}

}  // namespace pi_ring
