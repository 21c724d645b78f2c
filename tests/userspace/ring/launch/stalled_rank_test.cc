// Which rank is found to stall a ring.
#include "userspace/ring/launch/stalled_rank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace pi_ring {
namespace {

using testing::Eq;
using testing::Optional;

// A rank that has done its work and sleeps until more comes.
RankView idle() {
  return {.offered_down = 100, .passed_down = 100, .waits_for_data = true};
}

TEST(StalledRank, IsNoneWhereAllHaveDoneTheirWork) {
  EXPECT_THAT(find_stalled_rank(std::vector{idle(), idle()}), Eq(std::nullopt));
  EXPECT_THAT(find_stalled_rank({}), Eq(std::nullopt));
}

TEST(StalledRank, IsOneThatDoesNotReceiveItsBytes) {
  RankView stopped = idle();
  stopped.passed_down = 60;
  stopped.waits_for_data = false;
  EXPECT_THAT(find_stalled_rank(std::vector{idle(), stopped, idle()}),
              Optional(1));
}

TEST(StalledRank, IsOneThatDoesNotPassGradientsOn) {
  RankView stopped = idle();
  stopped.offered_up = 10;
  stopped.waits_for_data = false;
  EXPECT_THAT(find_stalled_rank(std::vector{idle(), stopped}), Optional(1));
}

TEST(StalledRank, IsTheNeighbourThatBlocksAnotherRank) {
  const RankView blocked = {
      .offered_down = 100, .passed_down = 60, .waits_for_space = true};
  const RankView stopped = {.offered_down = 60, .passed_down = 0};
  EXPECT_THAT(find_stalled_rank(std::vector{blocked, stopped}), Optional(1));
}

TEST(StalledRank, IsNotOneThatAwaitsAGradientBeforeItReceivesMore) {
  RankView in_turn = idle();
  in_turn.offered_down = 200;
  const RankView stopped = {.offered_down = 100, .passed_down = 100};
  EXPECT_THAT(find_stalled_rank(std::vector{in_turn, stopped}), Optional(1));
}

TEST(StalledRank, IsOneThatReceivesWithOneThreadAndHangsWithAnother) {
  RankView hanging = idle();
  hanging.passed_down = 60;
  EXPECT_THAT(find_stalled_rank(std::vector{idle(), hanging}), Optional(1));
}

TEST(StalledRank, IsNoneWhereTheHeadBlocksAll) {
  const RankView blocked = {
      .offered_down = 100, .passed_down = 60, .waits_for_space = true};
  EXPECT_THAT(find_stalled_rank(std::vector{blocked, blocked}),
              Eq(std::nullopt));
}

}  // namespace
}  // namespace pi_ring
