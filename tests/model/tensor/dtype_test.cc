// Every 16-bit float is the same after the conversion to f32 and back.
#include "model/tensor/dtype.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace pi_ring {
namespace {

TEST(HalfFloat, EveryHalfIsTheSameAfterF32AndBack) {
  for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float value = from_half(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(from_half(to_half(value))));
    } else {
      ASSERT_EQ(to_half(value), half) << bits;
    }
  }
}

TEST(HalfFloat, EveryBfloat16IsTheSameAfterF32AndBack) {
  for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float value = from_bfloat16(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(from_bfloat16(to_bfloat16(value))));
    } else {
      ASSERT_EQ(to_bfloat16(value), half) << bits;
    }
  }
}

TEST(HalfFloat, KnownValuesAreExact) {
  EXPECT_EQ(from_half(0x3C00), 1.0F);
  EXPECT_EQ(from_half(0xC000), -2.0F);
  EXPECT_EQ(from_half(0x7BFF), 65504.0F);
  EXPECT_EQ(from_half(0x0001), 0x1p-24F);
  EXPECT_EQ(from_half(0x0400), 0x1p-14F);
  EXPECT_TRUE(std::isinf(from_half(0x7C00)));
  EXPECT_TRUE(std::isnan(from_half(0x7C01)));
  EXPECT_EQ(from_bfloat16(0x3F80), 1.0F);
}

TEST(HalfFloat, RoundingIsToNearestAndTiesToEven) {
  EXPECT_EQ(to_half(1.0F + 0x1p-11F), 0x3C00);
  EXPECT_EQ(to_half(1.0F + 3 * 0x1p-11F), 0x3C02);
  EXPECT_EQ(to_half(65519.0F), 0x7BFF);
  EXPECT_EQ(to_half(65520.0F), 0x7C00);
  EXPECT_EQ(to_half(0x1p-25F), 0x0000);
  EXPECT_EQ(to_half(0x1.8p-24F), 0x0002);
  EXPECT_EQ(to_half(-std::numeric_limits<float>::max()), 0xFC00);
  EXPECT_EQ(to_bfloat16(1.0F + 0x1p-8F), 0x3F80);
  EXPECT_EQ(to_bfloat16(1.0F + 3 * 0x1p-8F), 0x3F82);
}

}  // namespace
}  // namespace pi_ring
