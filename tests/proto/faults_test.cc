// Wires that lie: the streams stay intact, or the link says that it is down.
#include <gtest/gtest.h>

#include "simulation.h"

namespace pi_ring {
namespace {

class Noisy : public testing::TestWithParam<int> {
 protected:
  static void ExpectIntact(Simulation& link) {
    EXPECT_EQ(link.wires.fights(), 0u) << link.Describe();
    for (int i = 0; i < kEnds; ++i) {
      EXPECT_EQ(link.end(i).wrong(), 0u) << link.Describe();
      EXPECT_EQ(link.end(i).broken_in_all(), 0u) << link.Describe();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Seeds, Noisy, testing::Range(0, kSeeds));

uint64_t TimeFor(Simulation& link, uint64_t bytes) {
  link.StartBoth();
  EXPECT_TRUE(link.RunUntilJoined(kSecond)) << link.Describe();
  const uint64_t begin_ns = link.now_ns();
  link.end(0).to_send = link.end(1).to_send = bytes / 2;
  EXPECT_TRUE(link.RunUntilDrained(600 * kSecond)) << link.Describe();
  return link.now_ns() - begin_ns;
}

TEST_P(Noisy, AWrongBitInTenThousandSamplesCostsLessThanHalfTheRate) {
  Simulation clean(GetParam());
  Simulation noisy(GetParam());
  noisy.wires.faults.sample_error_rate = 10'000;
  const uint64_t clean_ns = TimeFor(clean, 200'000);
  EXPECT_LT(TimeFor(noisy, 200'000), 2 * clean_ns) << noisy.Describe();
  EXPECT_GT(noisy.end(0).link().stats.crc_errors +
                noisy.end(1).link().stats.crc_errors,
            0u);
  ExpectIntact(noisy);
}

TEST_P(Noisy, AWrongBitInTenThousandPutsLosesNoByte) {
  Simulation noisy(GetParam());
  noisy.wires.faults.put_error_rate = 10'000;
  TimeFor(noisy, 200'000);
  ExpectIntact(noisy);
}

TEST_P(Noisy, GlitchesOfTheStrobesLoseNoByteAndMakeNoFight) {
  Simulation noisy(GetParam());
  noisy.wires.faults.glitch_rate = 500'000;
  TimeFor(noisy, 100'000);
  ExpectIntact(noisy);
}

TEST_P(Noisy, EverythingAtOnceNeverDeliversAWrongByteNorFights) {
  Simulation link(GetParam());
  link.wires.faults = {
      .sample_error_rate = 300, .put_error_rate = 300, .glitch_rate = 1000};
  link.end(0).to_send = link.end(1).to_send = 1 << 20;
  link.end(0).most_pulled = link.end(1).most_pulled = 40;
  link.StartBoth();
  link.Run(60 * kSecond, [] { return false; });
  EXPECT_EQ(link.wires.fights(), 0u) << link.Describe();
  EXPECT_EQ(link.end(0).wrong() + link.end(1).wrong(), 0u) << link.Describe();
  EXPECT_GT(link.end(0).received_in_all() + link.end(1).received_in_all(), 0u)
      << link.Describe();
}

TEST(BadWires, AnyOneDataLineStuckOrOpenKeepsTheLinkDownAndReleasesTheLines) {
  for (int line = 0; line < 8; ++line) {
    for (int kind = 0; kind < 3; ++kind) {
      Simulation link(line);
      const uint8_t bit = 1u << line;
      (kind == 0   ? link.wires.faults.stuck_low
       : kind == 1 ? link.wires.faults.stuck_high
                   : link.wires.faults.open) = bit;
      link.StartBoth();
      EXPECT_FALSE(link.RunUntilJoined(5 * kSecond)) << link.Describe();
      EXPECT_EQ(link.wires.fights(), 0u) << link.Describe();
      link.wires.faults = {};
      EXPECT_TRUE(link.RunUntilJoined(2 * kSecond)) << link.Describe();
    }
  }
}

TEST(BadWires, AnOpenStrobeKeepsTheLinkDownUntilItIsMended) {
  for (int i = 0; i < kEnds; ++i) {
    Simulation link(i);
    link.wires.faults.strobe_open[i] = true;
    link.StartBoth();
    EXPECT_FALSE(link.RunUntilJoined(5 * kSecond)) << link.Describe();
    link.wires.faults = {};
    EXPECT_TRUE(link.RunUntilJoined(2 * kSecond)) << link.Describe();
  }
}

TEST(BadWires, APulledCableBreaksTheStreamOnceAndTheLinkComesBack) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Simulation link(seed);
    link.StartBoth();
    link.end(0).to_send = link.end(1).to_send = 1 << 30;
    ASSERT_TRUE(link.RunUntilJoined(kSecond));
    link.Run(link.random.Below(50 * kMillisecond), [] { return false; });
    link.wires.faults = {.open = 0xff, .strobe_open = {true, true}};
    link.Run(3 * kSecond, [] { return false; });
    EXPECT_FALSE(link.wires.Drives(0) || link.wires.Drives(1))
        << link.Describe();
    link.wires.faults = {};
    EXPECT_TRUE(link.RunUntilJoined(2 * kSecond)) << link.Describe();
    for (int i = 0; i < kEnds; ++i)
      EXPECT_EQ(link.end(i).broken_in_all(), 1u) << link.Describe();
    EXPECT_EQ(link.wires.fights(), 0u);
  }
}

TEST(BadWires, LinesThatCannotBeReleasedKeepTheStrobeAsItIs) {
  Simulation link(1);
  link.StartBoth();
  ASSERT_TRUE(link.RunUntilJoined(kSecond));
  link.end(0).to_send = link.end(1).to_send = 50'000;
  link.Run(5 * kMillisecond, [] { return false; });
  link.end(0).failing_releases = link.end(1).failing_releases = 3;
  EXPECT_TRUE(link.RunUntilDrained(20 * kSecond)) << link.Describe();
  EXPECT_EQ(link.wires.fights(), 0u) << link.Describe();
}

}  // namespace
}  // namespace pi_ring
