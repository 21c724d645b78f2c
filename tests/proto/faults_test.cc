// Faulty wires: the streams stay intact, or the link is down.
#include <gtest/gtest.h>

#include "tests/proto/simulation.h"

namespace pi_ring {
namespace {

class Noisy : public testing::TestWithParam<int> {
 protected:
  static void expect_intact(Simulation& link) {
    EXPECT_EQ(link.wires.fights(), 0u) << link.describe();
    for (int i = 0; i < kEnds; ++i) {
      EXPECT_EQ(link.end(i).wrong(), 0u) << link.describe();
      EXPECT_EQ(link.end(i).broken_in_all(), 0u) << link.describe();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Seeds, Noisy, testing::Range(0, kSeeds));

uint64_t time_for(Simulation& link, uint64_t bytes) {
  link.start_both();
  EXPECT_TRUE(link.run_until_joined(kSecond)) << link.describe();
  const uint64_t begin_ns = link.now_ns();
  link.end(0).to_send = link.end(1).to_send = bytes / 2;
  EXPECT_TRUE(link.run_until_drained(600 * kSecond)) << link.describe();
  return link.now_ns() - begin_ns;
}

TEST_P(Noisy, AWrongBitInTenThousandSamplesCostsLessThanHalfTheRate) {
  Simulation clean(GetParam());
  Simulation noisy(GetParam());
  noisy.wires.faults.sample_error_rate = 10'000;
  const uint64_t clean_ns = time_for(clean, 200'000);
  EXPECT_LT(time_for(noisy, 200'000), 2 * clean_ns) << noisy.describe();
  EXPECT_GT(noisy.end(0).link().stats.crc_errors +
                noisy.end(1).link().stats.crc_errors,
            0u);
  expect_intact(noisy);
}

TEST_P(Noisy, AWrongBitInTenThousandPutsLosesNoByte) {
  Simulation noisy(GetParam());
  noisy.wires.faults.put_error_rate = 10'000;
  time_for(noisy, 200'000);
  expect_intact(noisy);
}

TEST_P(Noisy, GlitchesOfTheStrobesLoseNoByteAndMakeNoFight) {
  Simulation noisy(GetParam());
  noisy.wires.faults.glitch_rate = 500'000;
  time_for(noisy, 100'000);
  expect_intact(noisy);
}

TEST_P(Noisy, EverythingAtOnceNeverDeliversAWrongByteNorFights) {
  Simulation link(GetParam());
  link.wires.faults = {
      .sample_error_rate = 300, .put_error_rate = 300, .glitch_rate = 1000};
  link.end(0).to_send = link.end(1).to_send = 1 << 20;
  link.end(0).most_pulled = link.end(1).most_pulled = 40;
  link.start_both();
  link.run(60 * kSecond, [] { return false; });
  EXPECT_EQ(link.wires.fights(), 0u) << link.describe();
  EXPECT_EQ(link.end(0).wrong() + link.end(1).wrong(), 0u) << link.describe();
  EXPECT_GT(link.end(0).received_in_all() + link.end(1).received_in_all(), 0u)
      << link.describe();
}

TEST(BadWires, AnyOneDataLineStuckOrOpenKeepsTheLinkDownAndReleasesTheLines) {
  for (int line = 0; line < 8; ++line) {
    for (int kind = 0; kind < 3; ++kind) {
      Simulation link(line);
      const uint8_t bit = 1u << line;
      (kind == 0   ? link.wires.faults.stuck_low
       : kind == 1 ? link.wires.faults.stuck_high
                   : link.wires.faults.open) = bit;
      link.start_both();
      EXPECT_FALSE(link.run_until_joined(5 * kSecond)) << link.describe();
      EXPECT_EQ(link.wires.fights(), 0u) << link.describe();
      link.wires.faults = {};
      EXPECT_TRUE(link.run_until_joined(2 * kSecond)) << link.describe();
    }
  }
}

TEST(BadWires, AnOpenStrobeKeepsTheLinkDownUntilItIsRepaired) {
  for (int i = 0; i < kEnds; ++i) {
    Simulation link(i);
    link.wires.faults.strobe_open[i] = true;
    link.start_both();
    EXPECT_FALSE(link.run_until_joined(5 * kSecond)) << link.describe();
    link.wires.faults = {};
    EXPECT_TRUE(link.run_until_joined(2 * kSecond)) << link.describe();
  }
}

TEST(BadWires, APulledCableBreaksTheStreamOnceAndTheLinkComesBack) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Simulation link(seed);
    link.start_both();
    link.end(0).to_send = link.end(1).to_send = 1 << 30;
    ASSERT_TRUE(link.run_until_joined(kSecond));
    link.run(link.random.below(50 * kMillisecond), [] { return false; });
    link.wires.faults = {.open = 0xff, .strobe_open = {true, true}};
    link.run(3 * kSecond, [] { return false; });
    EXPECT_FALSE(link.wires.drives(0) || link.wires.drives(1))
        << link.describe();
    link.wires.faults = {};
    EXPECT_TRUE(link.run_until_joined(2 * kSecond)) << link.describe();
    for (int i = 0; i < kEnds; ++i)
      EXPECT_EQ(link.end(i).broken_in_all(), 1u) << link.describe();
    EXPECT_EQ(link.wires.fights(), 0u);
  }
}

TEST(BadWires, LinesThatCannotBeReleasedKeepTheStrobeAsItIs) {
  Simulation link(1);
  link.start_both();
  ASSERT_TRUE(link.run_until_joined(kSecond));
  link.end(0).to_send = link.end(1).to_send = 50'000;
  link.run(5 * kMillisecond, [] { return false; });
  link.end(0).failing_releases = link.end(1).failing_releases = 3;
  EXPECT_TRUE(link.run_until_drained(20 * kSecond)) << link.describe();
  EXPECT_EQ(link.wires.fights(), 0u) << link.describe();
}

}  // namespace
}  // namespace pi_ring
