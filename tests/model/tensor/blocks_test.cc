// Blocks of each quantised type, against the format's description.
#include "model/tensor/blocks.h"

#include <gtest/gtest.h>

#include "model/tensor/block_format.h"
#include "tests/model/tensor/plain_blocks.h"

namespace pi_ring {
namespace {

constexpr uint64_t kValues = 1024;

TEST(Blocks, AreReadAsTheFormatDescribesThem) {
  for (const DType type : kQuantisedTypes) {
    const std::vector<uint8_t> bytes = random_blocks(type, kValues, 1);
    const std::vector<double> expected = plain_values(type, bytes);
    std::vector<float> values(kValues);
    read_values(type, std::as_bytes(std::span(bytes)), values);
    for (size_t i = 0; i < kValues; ++i) {
      ASSERT_NEAR(values[i], expected[i], 1e-5 * std::abs(expected[i]) + 1e-7)
          << name_of(type) << " " << i;
    }
  }
}

TEST(Blocks, AScaleThatIsNotFiniteIsFound) {
  for (const DType type : kQuantisedTypes) {
    std::vector<uint8_t> bytes = random_blocks(type, kValues, 2);
    const auto blocks = std::as_bytes(std::span(bytes));
    EXPECT_FALSE(find_not_finite_block(type, blocks)) << name_of(type);
    const size_t at = type == DType::Q6_K ? 208 : 0;
    bytes[2 * block_of(type).bytes + at + 1] |= 0x7CU;
    EXPECT_EQ(find_not_finite_block(type, blocks), 2U) << name_of(type);
  }
}

TEST(Blocks, NumbersThatAreNotFiniteAreFound) {
  std::vector<float> values = {1.0F, 2.0F, 3.0F};
  const auto bytes = std::as_bytes(std::span(values));
  EXPECT_FALSE(find_not_finite_block(DType::F32, bytes));
  values[1] = INFINITY;
  EXPECT_EQ(find_not_finite_block(DType::F32, bytes), 1U);
  const std::vector<uint16_t> halves = {0x3C00, 0x7E00};
  EXPECT_EQ(find_not_finite_block(DType::F16, std::as_bytes(std::span(halves))),
            1U);
}

TEST(Blocks, ScalesOfPartsAreReadAsTheyWereWritten) {
  PartScales parts{};
  const auto value = [](size_t part) {
    return PartScale{static_cast<uint8_t>(part * 37 % 64),
                     static_cast<uint8_t>(63 - part * 11 % 64)};
  };
  for (size_t part = 0; part < kParts; ++part) {
    set_part_scale(parts, part, {63, 63});
  }
  for (size_t part = 0; part < kParts; ++part) {
    set_part_scale(parts, part, value(part));
  }
  for (size_t part = 0; part < kParts; ++part) {
    EXPECT_EQ(part_scale(parts, part).scale, value(part).scale) << part;
    EXPECT_EQ(part_scale(parts, part).offset, value(part).offset) << part;
  }
}

}  // namespace
}  // namespace pi_ring
