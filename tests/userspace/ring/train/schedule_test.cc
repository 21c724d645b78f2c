// The order of acts in rings of many sizes.
#include "userspace/ring/train/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>

namespace pi_ring {
namespace {

using Schedule = std::vector<ScheduledAct>;

std::vector<int> micro_batches_of(const Schedule& acts, Act act) {
  std::vector<int> found;
  for (const ScheduledAct& one : acts) {
    if (one.act == act) found.push_back(one.micro_batch);
  }
  return found;
}

// Simulates all ranks' schedules. Each act runs as soon as its input is there;
// a forward or a backward pass takes one unit of time, a loss two. Returns the
// time of the step, or 0 where the ring deadlocks.
int time_of_step(int ranks, int micro_batches) {
  std::vector<Schedule> schedules;
  schedules.reserve(static_cast<size_t>(ranks));
  for (int rank = 0; rank < ranks; ++rank) {
    schedules.push_back(schedule_of(rank, ranks, micro_batches));
  }
  std::map<std::pair<int, int>, int> down;  // by sender and micro-batch
  std::map<std::pair<int, int>, int> up;
  std::vector<size_t> next(schedules.size());
  std::vector<int> clock(schedules.size());
  const int head = ranks - 1;
  for (bool moved = true; moved;) {
    moved = false;
    for (int rank = 0; rank < ranks; ++rank) {
      const auto at = static_cast<size_t>(rank);
      while (next[at] < schedules[at].size()) {
        const auto [act, i] = schedules[at][next[at]];
        const int above = rank == 0 ? head : rank - 1;
        const int below = rank == head ? 0 : rank + 1;
        if (act == Act::kForward || act == Act::kLoss) {
          if (!down.contains({above, i})) break;
          clock[at] = std::max(clock[at], down[{above, i}]);
        }
        if (act == Act::kBackward || act == Act::kKeep) {
          if (!up.contains({below, i})) break;
          clock[at] = std::max(clock[at], up[{below, i}]);
        }
        if (act == Act::kForward || act == Act::kBackward) clock[at] += 1;
        if (act == Act::kLoss) clock[at] += 2;
        if (act == Act::kEmbed || act == Act::kForward) {
          down[{rank, i}] = clock[at];
        }
        if (act == Act::kLoss || act == Act::kBackward) {
          up[{rank, i}] = clock[at];
        }
        ++next[at];
        moved = true;
      }
    }
  }
  for (size_t at = 0; at < schedules.size(); ++at) {
    if (next[at] < schedules[at].size()) return 0;
  }
  return *std::ranges::max_element(clock);
}

TEST(ScheduleTest, InARingOfOneMicroBatchesFollowEachOther) {
  EXPECT_THAT(
      schedule_of(0, 1, 2),
      testing::ElementsAre(
          ScheduledAct{Act::kEmbed, 0}, ScheduledAct{Act::kForward, 0},
          ScheduledAct{Act::kLoss, 0}, ScheduledAct{Act::kBackward, 0},
          ScheduledAct{Act::kKeep, 0}, ScheduledAct{Act::kEmbed, 1},
          ScheduledAct{Act::kForward, 1}, ScheduledAct{Act::kLoss, 1},
          ScheduledAct{Act::kBackward, 1}, ScheduledAct{Act::kKeep, 1}));
}

TEST(ScheduleTest, EveryActHappensOnceAMicroBatchAndInOrder) {
  for (int ranks = 2; ranks <= 7; ++ranks) {
    for (int micro_batches = 1; micro_batches <= 9; ++micro_batches) {
      std::vector<int> all(static_cast<size_t>(micro_batches));
      for (int i = 0; i < micro_batches; ++i) all[static_cast<size_t>(i)] = i;
      for (int rank = 0; rank < ranks; ++rank) {
        const Schedule acts = schedule_of(rank, ranks, micro_batches);
        const bool head = rank == ranks - 1;
        for (const Act act : {Act::kEmbed, Act::kLoss, Act::kKeep}) {
          EXPECT_EQ(micro_batches_of(acts, act),
                    head ? all : std::vector<int>{});
        }
        for (const Act act : {Act::kForward, Act::kBackward}) {
          EXPECT_EQ(micro_batches_of(acts, act),
                    head ? std::vector<int>{} : all);
        }
      }
    }
  }
}

TEST(ScheduleTest, RanksKeepAsManyMicroBatchesAsItSays) {
  for (int ranks = 1; ranks <= 7; ++ranks) {
    for (int micro_batches = 1; micro_batches <= 9; ++micro_batches) {
      for (int rank = 0; rank < ranks; ++rank) {
        int kept = 0;
        int most = 0;
        for (const ScheduledAct& one :
             schedule_of(rank, ranks, micro_batches)) {
          if (one.act == Act::kForward) most = std::max(most, ++kept);
          if (one.act == Act::kBackward) --kept;
        }
        EXPECT_EQ(most, most_in_flight(rank, ranks, micro_batches));
      }
    }
  }
}

TEST(ScheduleTest, RanksWaitOnlyWhileThePipelineFillsAndDrains) {
  for (int ranks = 2; ranks <= 7; ++ranks) {
    for (int micro_batches = 1; micro_batches <= 16; ++micro_batches) {
      EXPECT_EQ(time_of_step(ranks, micro_batches),
                2 * (micro_batches + ranks - 1))
          << ranks << " ranks, " << micro_batches << " micro-batches";
    }
  }
}

}  // namespace
}  // namespace pi_ring
