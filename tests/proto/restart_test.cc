// Restarts, stalls and lost power in every state of either end: one clear
// break, and a fresh stream.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "simulation.h"

namespace pi_ring {
namespace {

constexpr uint64_t kPlenty = 1 << 30;
constexpr uint64_t kReconnect = 2 * kSecond;

// When one end is in one of its states.
struct Moment {
  int number;
  pr_state state;
  int other() const { return 1 - number; }
};

// Both ends write without end, and one has to wait for room now and then, so
// that every state is visited again and again.
void LoadBothEnds(Simulation& link) {
  for (int i = 0; i < kEnds; ++i) {
    link.end(i).to_send = kPlenty;
    link.end(i).most_pulled = link.random.Between(1, 60);
  }
}

// Some states are only seen in trouble: lose a lot of samples for a while.
bool RunUntilIn(Simulation& link, const Moment& at) {
  const auto there = [&] { return link.end(at.number).state() == at.state; };
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

std::vector<Moment> AllMoments() {
  std::vector<Moment> all;
  for (int number = 0; number < kEnds; ++number) {
    for (int i = 0; i < PR_STATES; ++i) {
      const auto state = static_cast<pr_state>(i);
      if (BelongsTo(number, state)) all.push_back({number, state});
    }
  }
  return all;
}

// Runs `trouble` with either end in each of its states, for a few seeds.
void InEveryState(
    const std::function<void(Simulation&, const Moment&)>& trouble) {
  for (const Moment& moment : AllMoments()) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE(std::string(moment.number == 0 ? "down" : "up") + " in " +
                   pr_state_name(moment.state) + ", seed " +
                   std::to_string(seed));
      Simulation link(seed);
      LoadBothEnds(link);
      link.StartBoth();
      const bool joins =
          link.RunUntilJoined(kSecond) || moment.state <= PR_ECHO_LOW;
      ASSERT_TRUE(joins) << link.Describe();
      ASSERT_TRUE(RunUntilIn(link, moment)) << link.Describe();
      trouble(link, moment);
      ExpectCleanStreams(link);
    }
  }
}

TEST(InEveryState,
     ARestartBreaksTheStreamOnceAndTheLinkIsBackWithinTwoSeconds) {
  InEveryState([](Simulation& link, const Moment& at) {
    const bool was_joined = link.end(at.other()).link().session.joined;
    const uint64_t broken = link.end(at.other()).broken_in_all();
    link.Restart(at.number);
    ASSERT_TRUE(link.RunUntilJoined(kReconnect)) << link.Describe();
    EXPECT_EQ(link.end(at.other()).broken_in_all() - broken,
              was_joined ? 1u : 0u)
        << link.Describe();
    ExpectTrafficBothWays(link);
  });
}

TEST(InEveryState, LosingPowerInTheMidstOfAMoveDoesNoMore) {
  InEveryState([](Simulation& link, const Moment& at) {
    link.end(at.number).CrashAfter(link.random.Below(20));
    link.Run(kSecond, [&] { return !link.end(at.number).running(); });
    if (link.end(at.number).running()) link.end(at.number).Crash();
    const bool was_joined = link.end(at.other()).link().session.joined;
    const uint64_t broken = link.end(at.other()).broken_in_all();
    link.Run(link.random.Below(kSecond / 2), [] { return false; });
    link.Start(at.number);
    ASSERT_TRUE(link.RunUntilJoined(kReconnect)) << link.Describe();
    EXPECT_EQ(link.end(at.other()).broken_in_all() - broken,
              was_joined ? 1u : 0u)
        << link.Describe();
    ExpectTrafficBothWays(link);
  });
}

TEST(InEveryState, AStallOfThreeSecondsBreaksTheStreamAtMostOnceOnEachSide) {
  InEveryState([](Simulation& link, const Moment& at) {
    const uint64_t broken[] = {link.end(0).broken_in_all(),
                               link.end(1).broken_in_all()};
    link.Stall(at.number, 3 * kSecond);
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

TEST(InEveryState, AStallShorterThanTheResumeTimeBreaksNothing) {
  InEveryState([](Simulation& link, const Moment& at) {
    if (!link.end(0).joined() || !link.end(1).joined()) return;
    const uint64_t stall_ns = link.random.Between(1, 500) * kMillisecond;
    link.Stall(at.number, stall_ns);
    link.Run(stall_ns, [] { return false; });
    ASSERT_TRUE(link.RunUntilJoined(kReconnect)) << link.Describe();
    ExpectTrafficBothWays(link);
    EXPECT_EQ(link.end(0).broken_in_all() + link.end(1).broken_in_all(), 0u)
        << link.Describe();
  });
}

}  // namespace
}  // namespace pi_ring
