// The check finds a NaN or an infinity at every place.
#include "model/tensor/finite.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace pi_ring {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

TEST(Finite, GoodValuesPass) {
  const std::vector<float> values(10000, std::numeric_limits<float>::max());
  EXPECT_FALSE(find_not_finite(values));
  EXPECT_FALSE(find_not_finite({}));
}

TEST(Finite, TheFirstBadValueIsFoundAtEveryPlace) {
  for (const size_t at : {0, 1, 4095, 4096, 4097, 8191, 9999}) {
    for (const float bad : {kNaN, -kNaN, kInfinity, -kInfinity}) {
      std::vector<float> values(10000, -1.0F);
      values[at] = bad;
      values.back() = kNaN;
      EXPECT_EQ(find_not_finite(values), at);
    }
  }
}

TEST(Finite, NaNAndInfinityHaveNames) {
  EXPECT_STREQ(not_finite_name(kNaN), "NaN");
  EXPECT_STREQ(not_finite_name(-kNaN), "NaN");
  EXPECT_STREQ(not_finite_name(-kInfinity), "infinity");
}

}  // namespace
}  // namespace pi_ring
