// What quantising loses, for each type, against the simplest way to do it.
#include "model/tensor/quantise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "model/tensor/block_format.h"
#include "model/tensor/blocks.h"
#include "tests/model/tensor/plain_blocks.h"

namespace pi_ring {
namespace {

constexpr size_t kCount = 64 * 1024;

std::vector<float> normal_values(uint32_t seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal(0.0F, 0.02F);
  std::vector<float> values(kCount);
  for (float& value : values) value = normal(generator);
  return values;
}

std::vector<uint8_t> quantised(DType type, const std::vector<float>& values) {
  std::vector<uint8_t> bytes(bytes_of(type, values.size()));
  quantise(type, values, std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

double error_of(DType type, const std::vector<float>& values) {
  const std::vector<double> back = plain_values(type, quantised(type, values));
  double sum = 0.0;
  for (size_t i = 0; i < values.size(); ++i) {
    sum += (back[i] - values[i]) * (back[i] - values[i]);
  }
  return std::sqrt(sum / static_cast<double>(values.size()));
}

// As the published references do it: a scale from the extreme values.
double simple_error(const std::vector<float>& values, bool is_line, int most) {
  double sum = 0.0;
  for (size_t at = 0; at < values.size(); at += kSmallBlock) {
    float far = 0.0F;
    float low = values[at];
    float high = values[at];
    for (size_t i = at; i < at + kSmallBlock; ++i) {
      if (std::abs(values[i]) > std::abs(far)) far = values[i];
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
    const float zero = is_line ? low : 0.0F;
    const int lowest = -(most + 1) / 2;
    const float scale =
        from_half(to_half(is_line ? (high - low) / static_cast<float>(most)
                                  : far / static_cast<float>(lowest)));
    for (size_t i = at; i < at + kSmallBlock; ++i) {
      const float least = is_line ? 0.0F : static_cast<float>(lowest);
      const float q = std::clamp(std::nearbyint((values[i] - zero) / scale),
                                 least, least + static_cast<float>(most));
      const double lost = values[i] - (scale * q + zero);
      sum += lost * lost;
    }
  }
  return std::sqrt(sum / static_cast<double>(values.size()));
}

TEST(Quantise, LosesNoMoreThanAScaleFromTheExtremes) {
  const std::vector<float> values = normal_values(1);
  EXPECT_LT(error_of(DType::Q4_0, values), simple_error(values, false, 15));
  EXPECT_LT(error_of(DType::Q5_0, values), simple_error(values, false, 31));
  EXPECT_LT(error_of(DType::Q4_1, values), simple_error(values, true, 15));
  EXPECT_LT(error_of(DType::Q5_1, values), simple_error(values, true, 31));
  EXPECT_LT(error_of(DType::Q4_K, values), simple_error(values, true, 15));
  EXPECT_LT(error_of(DType::Q5_K, values), simple_error(values, true, 31));
}

// Quantises normal numbers.
TEST(Quantise, LosesLessTheMoreBitsThereAre) {
  const std::vector<float> values = normal_values(2);
  const auto relative = [&](DType type) {
    return error_of(type, values) / 0.02;
  };
  EXPECT_LT(relative(DType::Q8_0), 0.0065);
  EXPECT_LT(relative(DType::Q6_K), 0.018);
  EXPECT_LT(relative(DType::Q5_1), 0.038);
  EXPECT_LT(relative(DType::Q5_K), 0.038);
  EXPECT_LT(relative(DType::Q5_0), 0.043);
  EXPECT_LT(relative(DType::Q4_1), 0.078);
  EXPECT_LT(relative(DType::Q4_K), 0.078);
  EXPECT_LT(relative(DType::Q4_0), 0.088);
}

TEST(Quantise, WhatIsExactStaysExact) {
  for (const DType type : kQuantisedTypes) {
    const std::vector<float> zeros(kLargeBlock, 0.0F);
    EXPECT_EQ(error_of(type, zeros), 0.0) << name_of(type);
  }
  std::vector<float> steps(kLargeBlock);
  for (size_t i = 0; i < steps.size(); ++i) {
    steps[i] = static_cast<float>(static_cast<int>(i % 16) - 8) * 0.25F;
  }
  for (const DType type :
       {DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1}) {
    EXPECT_LT(error_of(type, steps), 1e-6) << name_of(type);
  }
}

TEST(Quantise, OneValueOfAnySizeKeepsItsBlockFinite) {
  for (const float value : {1e-30F, 1e-6F, 1000.0F, -30000.0F}) {
    std::vector<float> values(kLargeBlock, 0.0F);
    values[3] = value;
    for (const DType type : kQuantisedTypes) {
      const std::vector<uint8_t> bytes = quantised(type, values);
      EXPECT_FALSE(find_not_finite_block(type, std::as_bytes(std::span(bytes))))
          << name_of(type) << " " << value;
    }
  }
}

}  // namespace
}  // namespace pi_ring
