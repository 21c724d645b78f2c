// What a run says of the time that is left.
#include "userspace/commands/train/train_progress.h"

#include <gtest/gtest.h>

namespace pi_ring {
namespace {

TEST(TimeLeft, OfStepsAloneIsTheirMeanForEach) {
  const TimeTaken taken = {
      .in_steps = 20, .steps = 10, .in_validations = 0, .validations = 0};
  EXPECT_DOUBLE_EQ(estimate_time_left(taken, 90, 0, 0), 180);
}

TEST(TimeLeft, CountsValidationsAsLongAsThoseBefore) {
  const TimeTaken taken = {
      .in_steps = 20, .steps = 10, .in_validations = 14, .validations = 2};
  EXPECT_DOUBLE_EQ(estimate_time_left(taken, 90, 3, 100), 180 + 21);
}

TEST(TimeLeft, GuessesBeforeTheFirstValidation) {
  const TimeTaken taken = {
      .in_steps = 20, .steps = 10, .in_validations = 0, .validations = 0};
  EXPECT_DOUBLE_EQ(estimate_time_left(taken, 90, 3, 5), 180 + 30);
}

TEST(Validations, FollowEachTimeAndAfterTheLastStep) {
  const Validations validations = {.every = 100, .each_in_steps = 1};
  EXPECT_EQ(validations.left(0, 1000), 10);
  EXPECT_EQ(validations.left(100, 1000), 9);
  EXPECT_EQ(validations.left(999, 1000), 1);
  EXPECT_EQ(validations.left(1000, 1000), 0);
  EXPECT_EQ(validations.left(1000, 1050), 1);
  EXPECT_EQ(validations.left(0, 50), 1);
  EXPECT_EQ(Validations{}.left(0, 50), 0);
}

}  // namespace
}  // namespace pi_ring
