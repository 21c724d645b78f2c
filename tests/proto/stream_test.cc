// Streams over good wires: all bytes arrive in both directions, for any
// interleaving of the ends.
#include <gtest/gtest.h>

#include "tests/proto/simulation.h"

extern "C" {
#include "kmod/proto/listener.h"
}

namespace pi_ring {
namespace {

void expect_nothing_wrong(Simulation& link) {
  EXPECT_EQ(link.wires.fights(), 0u) << link.describe();
  for (int i = 0; i < kEnds; ++i) {
    EXPECT_EQ(link.end(i).wrong(), 0u) << link.describe();
    EXPECT_EQ(link.end(i).broken_in_all(), 0u) << link.describe();
    EXPECT_EQ(link.end(i).link().stats.tx_bytes,
              link.end(1 - i).link().stats.rx_bytes)
        << link.describe();
  }
}

class Seeded : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Seeded, testing::Range(0, kSeeds));

TEST_P(Seeded, TwoEndsJoinOneEpochWithin100Milliseconds) {
  Simulation link(GetParam());
  link.start_both();
  ASSERT_TRUE(link.run_until_joined(100 * kMillisecond)) << link.describe();
  expect_nothing_wrong(link);
}

TEST_P(Seeded, BytesFlowDown) {
  Simulation link(GetParam());
  link.start_both();
  link.end(0).to_send = 300'000;
  ASSERT_TRUE(link.run_until_drained(60 * kSecond)) << link.describe();
  expect_nothing_wrong(link);
  EXPECT_EQ(link.end(1).received(), 300'000u);
}

TEST_P(Seeded, BytesFlowUp) {
  Simulation link(GetParam());
  link.start_both();
  link.end(1).to_send = 300'000;
  ASSERT_TRUE(link.run_until_drained(60 * kSecond)) << link.describe();
  expect_nothing_wrong(link);
  EXPECT_EQ(link.end(0).received(), 300'000u);
}

TEST_P(Seeded, BytesFlowBothWaysAtOnceAndShareTheLines) {
  Simulation link(GetParam());
  link.start_both();
  link.end(0).to_send = link.end(1).to_send = 300'000;
  ASSERT_TRUE(link.run_until_drained(60 * kSecond)) << link.describe();
  expect_nothing_wrong(link);
  // A side that waits gets the lines after PR_TURN_FRAMES frames.
  EXPECT_GE(link.end(0).link().stats.turnarounds,
            300'000u / PR_PAYLOAD_BYTES_MAX / PR_TURN_FRAMES);
}

}  // namespace
}  // namespace pi_ring
