// Restarts, stalls and power cuts in every state of either end: one reported
// break, and a fresh stream.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/proto/simulation.h"

namespace pi_ring {
namespace {

constexpr uint64_t kPlenty = 1 << 30;
constexpr uint64_t kReconnect = 2 * kSecond;

// One end in one of its states.
struct Moment {
  int number;
  pr_state state;
  int other() const { return 1 - number; }
};

// Both ends write without end in small pieces, so that every state occurs again
// and again.
void load_both_ends(Simulation& link) {
  for (int i = 0; i < kEnds; ++i) {
    link.end(i).to_send = kPlenty;
    link.end(i).most_pulled = link.random.between(1, 60);
  }
}

// Some states occur only after errors: damages many samples for a while.
bool run_until_in(Simulation& link, const Moment& at) {
  const auto there = [&] { return link.end(at.number).state() == at.state; };
  if (link.run(kSecond / 50, there)) return true;
  link.wires.faults = {
      .sample_error_rate = 60, .put_error_rate = 60, .glitch_rate = 400};
  const bool found = link.run(120 * kSecond, there);
  link.wires.faults = {};
  return found;
}

void expect_clean_streams(Simulation& link) {
  EXPECT_EQ(link.wires.fights(), 0u) << link.describe();
  for (int i = 0; i < kEnds; ++i)
    EXPECT_EQ(link.end(i).wrong(), 0u) << link.describe();
}

void expect_traffic_both_ways(Simulation& link) {
  const uint64_t before[] = {link.end(0).received_in_all(),
                             link.end(1).received_in_all()};
  EXPECT_TRUE(link.run(kReconnect, [&] {
    return link.end(0).received_in_all() > before[0] + 200 &&
           link.end(1).received_in_all() > before[1] + 200;
  })) << link.describe();
}

// An end pauses only where its peer is absent: see AnAbsentPeer below.
bool belongs_to(int number, pr_state state) {
  if (state == PR_PAUSE) return false;
  const bool down_only = state >= PR_BREAK_LOW && state <= PR_BREAK_END;
  const bool up_only = state >= PR_KNOCK && state <= PR_ECHO_LOW;
  return number == 0 ? !up_only : !down_only;
}

std::vector<Moment> all_moments() {
  std::vector<Moment> all;
  for (int number = 0; number < kEnds; ++number) {
    for (int i = 0; i < PR_STATES; ++i) {
      const auto state = static_cast<pr_state>(i);
      if (belongs_to(number, state)) all.push_back({number, state});
    }
  }
  return all;
}

// Runs `trouble` with either end in each of its states, for a few seeds.
void in_every_state(
    const std::function<void(Simulation&, const Moment&)>& trouble) {
  for (const Moment& moment : all_moments()) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE(std::string(moment.number == 0 ? "down" : "up") + " in " +
                   pr_state_name(moment.state) + ", seed " +
                   std::to_string(seed));
      Simulation link(seed);
      load_both_ends(link);
      link.start_both();
      const bool joins =
          link.run_until_joined(kSecond) || moment.state <= PR_ECHO_LOW;
      ASSERT_TRUE(joins) << link.describe();
      ASSERT_TRUE(run_until_in(link, moment)) << link.describe();
      trouble(link, moment);
      expect_clean_streams(link);
    }
  }
}

TEST(InEveryState,
     ARestartBreaksTheStreamOnceAndTheLinkIsBackWithinTwoSeconds) {
  in_every_state([](Simulation& link, const Moment& at) {
    const bool was_joined = link.end(at.other()).link().session.joined;
    const uint64_t broken = link.end(at.other()).broken_in_all();
    link.restart(at.number);
    ASSERT_TRUE(link.run_until_joined(kReconnect)) << link.describe();
    EXPECT_EQ(link.end(at.other()).broken_in_all() - broken,
              was_joined ? 1u : 0u)
        << link.describe();
    expect_traffic_both_ways(link);
  });
}

TEST(InEveryState, APowerCutWithinAMoveBreaksTheStreamOnce) {
  in_every_state([](Simulation& link, const Moment& at) {
    link.end(at.number).crash_after(link.random.below(20));
    link.run(kSecond, [&] { return !link.end(at.number).running(); });
    if (link.end(at.number).running()) link.end(at.number).crash();
    const bool was_joined = link.end(at.other()).link().session.joined;
    const uint64_t broken = link.end(at.other()).broken_in_all();
    link.run(link.random.below(kSecond / 2), [] { return false; });
    link.start(at.number);
    ASSERT_TRUE(link.run_until_joined(kReconnect)) << link.describe();
    EXPECT_EQ(link.end(at.other()).broken_in_all() - broken,
              was_joined ? 1u : 0u)
        << link.describe();
    expect_traffic_both_ways(link);
  });
}

TEST(InEveryState, AStallOfThreeSecondsBreaksTheStreamAtMostOnceOnEachSide) {
  in_every_state([](Simulation& link, const Moment& at) {
    const uint64_t broken[] = {link.end(0).broken_in_all(),
                               link.end(1).broken_in_all()};
    link.stall(at.number, 3 * kSecond);
    link.run(3 * kSecond, [] { return false; });
    ASSERT_TRUE(link.run_until_joined(kReconnect)) << link.describe();
    for (int i = 0; i < kEnds; ++i)
      EXPECT_LE(link.end(i).broken_in_all() - broken[i], 1u) << link.describe();
    EXPECT_EQ(link.end(0).broken_in_all() - broken[0],
              link.end(1).broken_in_all() - broken[1])
        << link.describe();
    expect_traffic_both_ways(link);
  });
}

TEST(InEveryState, AStallShorterThanTheResumeTimeBreaksNothing) {
  in_every_state([](Simulation& link, const Moment& at) {
    if (!link.end(0).joined() || !link.end(1).joined()) return;
    const uint64_t stall_ns = link.random.between(1, 500) * kMillisecond;
    link.stall(at.number, stall_ns);
    link.run(stall_ns, [] { return false; });
    ASSERT_TRUE(link.run_until_joined(kReconnect)) << link.describe();
    expect_traffic_both_ways(link);
    EXPECT_EQ(link.end(0).broken_in_all() + link.end(1).broken_in_all(), 0u)
        << link.describe();
  });
}

// Power that comes through a wire that stays up may damage an end without its
// own.
// fsync() relies on it. A damaged frame is offered GOOD first; a sender that
// stops there, or at the trailer, meets a listener that has given up meanwhile.
void expect_drained_means_received(Simulation& link, int sender,
                                   pr_state state) {
  End& from = link.end(sender);
  const pr_session& session = from.link().session;
  link.wires.faults.sample_error_rate = 60;
  from.to_send = 200;
  link.run(kSecond, [&] {
    return from.to_send == 0 && from.state() == state &&
           session.out_at + 1 >= session.out_count;
  });
  link.wires.faults = {};
  link.stall(sender, link.random.between(200, 400) * kMillisecond);
  EXPECT_TRUE(link.run(60 * kSecond, [&] {
    return from.to_send == 0 && pr_link_drained(&from.link());
  })) << link.describe();
  EXPECT_EQ(link.end(1 - sender).received(), from.sent()) << link.describe();
  EXPECT_TRUE(link.run_until_drained(60 * kSecond)) << link.describe();
}

TEST(ASenderThatStalls, IsDrainedOnlyWhenItsPeerHasEveryByte) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Simulation link(seed);
    link.start_both();
    ASSERT_TRUE(link.run_until_joined(kSecond)) << link.describe();
    for (int sender = 0; sender < kEnds; ++sender) {
      for (const pr_state state : {PR_SEND_RISEN, PR_OFFER}) {
        expect_drained_means_received(link, sender, state);
      }
    }
    expect_clean_streams(link);
  }
}

TEST(AnAbsentPeer, SeesShortPulses) {
  for (int number = 0; number < kEnds; ++number) {
    Simulation link(1);
    link.start(number);
    int high = 0;
    constexpr int kMilliseconds = 60'000;
    for (int i = 0; i < kMilliseconds; ++i) {
      link.run(kMillisecond, [] { return false; });
      high += link.wires.own_strobe(number);
    }
    EXPECT_GT(high, 0);
    EXPECT_LT(high, kMilliseconds / 4)
        << pr_state_name(link.end(number).state());
  }
}

TEST(AnAbsentPeer, JoinsWithinASecondWheneverItAppears) {
  for (int number = 0; number < kEnds; ++number) {
    for (uint64_t seed = 1; seed <= 40; ++seed) {
      Simulation link(seed);
      link.doorbells_only = seed % 2;
      link.start(number);
      link.run(kSecond + link.random.below(2 * kSecond), [] { return false; });
      link.start(1 - number);
      EXPECT_TRUE(link.run_until_joined(kSecond)) << link.describe();
    }
  }
}

// It takes pulses for answers to its bytes.
TEST(AnAbsentPeer, IsSoonBackThoughTheOtherEndStillSends) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    for (const pr_state state : {PR_SEND_RISEN, PR_SEND_FALLEN, PR_OFFER}) {
      Simulation link(seed);
      link.interleave_rate = 1 + seed % 3;
      load_both_ends(link);
      link.start_both();
      ASSERT_TRUE(link.run_until_joined(kSecond));
      const Moment at{static_cast<int>(seed % 2), state};
      ASSERT_TRUE(run_until_in(link, at));
      link.restart(at.other());
      EXPECT_TRUE(link.run_until_joined(kReconnect)) << link.describe();
      expect_clean_streams(link);
    }
  }
}

}  // namespace
}  // namespace pi_ring
