// Restarts, stalls and lost power in every state of either end: one clear
// break, and a fresh stream.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "simulation.h"

namespace pi_ring {
namespace {

constexpr uint64_t kPlenty = 1 << 30;
constexpr uint64_t kReconnect = 2 * kSecond;

// Both ends write without end, and one has to wait for room now and then, so
// that every state is visited again and again.
void LoadBothEnds(Simulation& link) {
  for (int i = 0; i < kEnds; ++i) {
    link.end(i).to_send = kPlenty;
    link.end(i).most_pulled = link.random.Between(1, 60);
  }
}

// Some states are only seen in trouble: lose a lot of samples for a while.
bool RunUntilIn(Simulation& link, int number, pr_state state) {
  const auto there = [&] { return link.end(number).state() == state; };
  if (link.Run(kSecond / 50, there)) return true;
  link.wires.faults = {
      .sample_error_rate = 60, .put_error_rate = 60, .glitch_rate = 400};
  const bool found = link.Run(120 * kSecond, there);
  link.wires.faults = {};
  return found;
}

// The lines may not be driven by one end while the other believes it holds
// them.
void ExpectCleanStreams(Simulation& link) {
  EXPECT_EQ(link.wires.fights(), 0u) << link.Describe();
  for (int i = 0; i < kEnds; ++i)
    EXPECT_EQ(link.end(i).wrong(), 0u) << link.Describe();
}

void ExpectTrafficBothWays(Simulation& link) {
  const uint64_t before[] = {link.end(0).received_in_all(),
                             link.end(1).received_in_all()};
  EXPECT_TRUE(link.Run(kReconnect, [&] {
    return link.end(0).received_in_all() > before[0] + 200 &&
           link.end(1).received_in_all() > before[1] + 200;
  })) << link.Describe();
}

bool BelongsTo(int number, pr_state state) {
  const bool down_only = state >= PR_BREAK_LOW && state <= PR_BREAK_END;
  const bool up_only = state >= PR_KNOCK && state <= PR_ECHO_LOW;
  return number == 0 ? !up_only : !down_only;
}

std::vector<std::tuple<int, int>> AllStates() {
  std::vector<std::tuple<int, int>> all;
  for (int number = 0; number < kEnds; ++number) {
    for (int state = 0; state < PR_STATES; ++state) {
      if (BelongsTo(number, static_cast<pr_state>(state)))
        all.emplace_back(number, state);
    }
  }
  return all;
}

class InEveryState : public testing::TestWithParam<std::tuple<int, int>> {
 protected:
  int number() const { return std::get<0>(GetParam()); }
  pr_state state() const {
    return static_cast<pr_state>(std::get<1>(GetParam()));
  }
  int other() const { return 1 - number(); }

  // Runs `trouble` with either end in the state, for a few seeds.
  template <typename Trouble>
  void ForSeeds(Trouble trouble) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      Simulation link(seed);
      LoadBothEnds(link);
      link.StartBoth();
      const bool joins = link.RunUntilJoined(kSecond) || state() <= PR_ECHO_LOW;
      ASSERT_TRUE(joins) << link.Describe();
      ASSERT_TRUE(RunUntilIn(link, number(), state())) << link.Describe();
      trouble(link);
      ExpectCleanStreams(link);
    }
  }
};

std::string NameOf(const testing::TestParamInfo<std::tuple<int, int>>& info) {
  std::string name = std::get<0>(info.param) == 0 ? "Down" : "Up";
  for (char c : std::string(
           pr_state_name(static_cast<pr_state>(std::get<1>(info.param)))))
    name += c == '-' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(States, InEveryState, testing::ValuesIn(AllStates()),
                         NameOf);

TEST_P(InEveryState,
       ARestartBreaksTheStreamOnceAndTheLinkIsBackWithinTwoSeconds) {
  ForSeeds([this](Simulation& link) {
    const bool was_joined = link.end(other()).link().session.joined;
    const uint64_t broken = link.end(other()).broken_in_all();
    link.Restart(number());
    ASSERT_TRUE(link.RunUntilJoined(kReconnect)) << link.Describe();
    EXPECT_EQ(link.end(other()).broken_in_all() - broken, was_joined ? 1u : 0u)
        << link.Describe();
    ExpectTrafficBothWays(link);
  });
}

TEST_P(InEveryState, LosingPowerInTheMidstOfAMoveDoesNoMore) {
  ForSeeds([this](Simulation& link) {
    link.end(number()).CrashAfter(link.random.Below(20));
    link.Run(kSecond, [&] { return !link.end(number()).running(); });
    if (link.end(number()).running()) link.end(number()).Crash();
    const bool was_joined = link.end(other()).link().session.joined;
    const uint64_t broken = link.end(other()).broken_in_all();
    link.Run(link.random.Below(kSecond / 2), [] { return false; });
    link.Start(number());
    ASSERT_TRUE(link.RunUntilJoined(kReconnect)) << link.Describe();
    EXPECT_EQ(link.end(other()).broken_in_all() - broken, was_joined ? 1u : 0u)
        << link.Describe();
    ExpectTrafficBothWays(link);
  });
}

TEST_P(InEveryState, AStallOfThreeSecondsBreaksTheStreamAtMostOnceOnEachSide) {
  ForSeeds([this](Simulation& link) {
    const uint64_t broken[] = {link.end(0).broken_in_all(),
                               link.end(1).broken_in_all()};
    link.Stall(number(), 3 * kSecond);
    link.Run(3 * kSecond, [] { return false; });
    ASSERT_TRUE(link.RunUntilJoined(kReconnect)) << link.Describe();
    for (int i = 0; i < kEnds; ++i)
      EXPECT_LE(link.end(i).broken_in_all() - broken[i], 1u) << link.Describe();
    EXPECT_EQ(link.end(0).broken_in_all() - broken[0],
              link.end(1).broken_in_all() - broken[1])
        << link.Describe();
    ExpectTrafficBothWays(link);
  });
}

TEST_P(InEveryState, AStallShorterThanTheResumeTimeBreaksNothing) {
  ForSeeds([this](Simulation& link) {
    if (!link.end(0).joined() || !link.end(1).joined()) return;
    const uint64_t stall_ns = link.random.Between(1, 500) * kMillisecond;
    link.Stall(number(), stall_ns);
    link.Run(stall_ns, [] { return false; });
    ASSERT_TRUE(link.RunUntilJoined(kReconnect)) << link.Describe();
    ExpectTrafficBothWays(link);
    EXPECT_EQ(link.end(0).broken_in_all() + link.end(1).broken_in_all(), 0u)
        << link.Describe();
  });
}

}  // namespace
}  // namespace pi_ring
