// Back-pressure, ends that sleep, and idle links.
#include <gtest/gtest.h>

#include "tests/proto/simulation.h"

extern "C" {
#include "kmod/proto/deadlines.h"
}

namespace pi_ring {
namespace {

TEST(BackPressure, AReaderThatPausesForAMinuteLosesNothingAndBreaksNothing) {
  Simulation link(1);
  link.start_both();
  link.end(1).reading = false;
  link.end(0).to_send = 100'000;
  EXPECT_FALSE(link.run_until_drained(60 * kSecond));
  EXPECT_GT(link.end(0).link().stats.refusals, 0u);
  EXPECT_LT(link.end(0).link().stats.refusals, 200u)
      << "the sender repeats too often";
  EXPECT_EQ(link.end(1).received(), link.end(1).capacity);
  while (link.end(1).received() < 100'000) {
    link.end(1).read(3000);
    link.wake(1);
    link.run(10 * kMillisecond, [] { return false; });
  }
  link.end(1).read(1 << 20);
  EXPECT_TRUE(link.run_until_drained(kSecond)) << link.describe();
  EXPECT_EQ(link.end(1).wrong() + link.end(0).broken_in_all(), 0u);
}

TEST(BackPressure, TheSenderLearnsOfRoomAtOnce) {
  Simulation link(2);
  link.start_both();
  link.end(1).reading = false;
  link.end(0).to_send = 100'000;
  link.run(30 * kSecond, [] { return false; });
  const uint64_t before = link.end(1).received();
  link.end(1).read(1 << 20);
  link.wake(1);
  EXPECT_TRUE(link.run(50 * kMillisecond, [&] {
    return link.end(1).received() > before;
  })) << link.describe();
}

TEST(BackPressure, ABlockedDirectionDoesNotBlockTheOther) {
  Simulation link(3);
  link.start_both();
  link.end(1).reading = false;
  link.end(0).to_send = 1 << 30;
  link.end(1).to_send = 200'000;
  EXPECT_TRUE(link.run(10 * kSecond, [&] {
    return link.end(0).received() == 200'000;
  })) << link.describe();
}

class Doorbells : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Doorbells, testing::Range(0, kSeeds));

TEST_P(Doorbells, AloneMoveAllBytesWhenEndsSleepBetweenMoves) {
  Simulation link(GetParam());
  link.doorbells_only = true;
  link.start_both();
  link.end(0).to_send = link.end(1).to_send = 30'000;
  ASSERT_TRUE(link.run_until_drained(60 * kSecond)) << link.describe();
  for (int i = 0; i < kEnds; ++i) {
    EXPECT_EQ(link.end(i).wrong(), 0u);
    EXPECT_EQ(link.end(i).link().stats.timeouts, 0u) << link.describe();
  }
}

TEST(Idle, ALinkTakesFewerThanAHundredStepsASecond) {
  Simulation link(4);
  link.start_both();
  ASSERT_TRUE(link.run_until_joined(kSecond));
  link.run(kSecond, [] { return false; });
  const uint64_t before = link.steps();
  link.run(100 * kSecond, [] { return false; });
  EXPECT_LT(link.steps() - before, 100 * 100u);
  EXPECT_EQ(
      link.end(0).link().stats.recoveries + link.end(1).link().stats.recoveries,
      0u);
}

TEST(Idle, ADeadPeerIsNoticedAndTheStreamBroken) {
  for (int dead = 0; dead < kEnds; ++dead) {
    Simulation link(5);
    link.start_both();
    ASSERT_TRUE(link.run_until_joined(kSecond));
    link.end(dead).crash();
    // It looks at the time when a pause ends.
    EXPECT_TRUE(link.run(PR_SILENCE_NS + PR_RESUME_NS + PR_PAUSE_NS, [&] {
      return link.end(1 - dead).broken_in_all() == 1;
    })) << link.describe();
  }
}

}  // namespace
}  // namespace pi_ring
