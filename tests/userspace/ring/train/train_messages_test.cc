// Numbers of a training's messages that no honest rank sends.
#include "userspace/ring/train/train_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "userspace/ring/message/little_endian.h"

namespace pi_ring {
namespace {

constexpr double kInfiniteSum = std::numeric_limits<double>::infinity();

// What a ring of two sends for this sum of squares.
Message norm_with(double sum) {
  constexpr uint32_t kBytes = 8 + 2 * 16;
  Message message;
  message.header.payload = kBytes;
  message.floats = FloatBuffer(kBytes / sizeof(float));
  LittleEndianWriter(message.bytes()).put(std::bit_cast<uint64_t>(sum));
  return message;
}

std::string refusal_of_sum(double sum) {
  Message message = norm_with(sum);
  try {
    norm_of(message, /*ranks=*/2);
  } catch (const RingError& error) {
    return error.what();
  }
  return "";
}

TEST(TrainMessagesTest, ASumOfSquaresBelow0IsRefused) {
  for (const double sum :
       {-1.0, -kInfiniteSum, -std::numeric_limits<double>::denorm_min()}) {
    EXPECT_THAT(refusal_of_sum(sum), testing::HasSubstr("its sum is below 0"));
  }
}

TEST(TrainMessagesTest, ASumOfGradientsThatAreNotFiniteIsTaken) {
  for (const double sum : {0.0, -0.0, 2.5, kInfiniteSum, std::nan("")}) {
    EXPECT_EQ(refusal_of_sum(sum), "") << sum;
  }
  Message infinite = norm_with(kInfiniteSum);
  EXPECT_EQ(norm_of(infinite, /*ranks=*/2).sum, kInfiniteSum);
}

}  // namespace
}  // namespace pi_ring
