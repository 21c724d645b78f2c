// The order of a rank's acts, worked out from its place alone.
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

// As many forwards as there are ranks to come before the loss; then the first
// gradient is due, and from there on one goes back for each that goes forward.
Schedule schedule_middle(int rank, int ranks, int micro_batches) {
  const int ahead = ranks - 1 - rank;
  Schedule acts;
  for (int i = 0; i < micro_batches + ahead; ++i) {
    if (i < micro_batches) acts.push_back({Act::kForward, i});
    if (i >= ahead) acts.push_back({Act::kBackward, i - ahead});
  }
  return acts;
}

// Rank 0 can take in `ranks` micro-batches before it gives the first back. An
// input's gradient is back a round after its loss; until then others' losses
// are taken.
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
