// Packing rows loses only what it may lose.
#include "userspace/ring/message/row_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace pi_ring {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kMost = std::numeric_limits<float>::max();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::vector<std::byte> packed(RowFormat format, const std::vector<float>& x,
                              size_t width) {
  std::vector<std::byte> bytes(x.size() / width * bytes_of_row(format, width));
  pack_rows(format, x, width, bytes);
  return bytes;
}

// Returns a row as it arrives.
std::vector<float> arrived(RowFormat format, const std::vector<float>& row) {
  std::vector<float> back(row.size());
  unpack_rows(format, packed(format, row, row.size()), row.size(), back);
  return back;
}

// Returns a row whose size differs by orders of magnitude from seed to seed.
std::vector<float> some_row(size_t width, unsigned seed, int least = -28) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(
      0.0F, std::ldexp(1.0F, static_cast<int>(random() % 12U) * 3 + least));
  std::vector<float> row(width);
  for (float& value : row) value = normal(random);
  return row;
}

TEST(RowFormatTest, ARowHasTheBytesOfItsFormat) {
  EXPECT_EQ(bytes_of_row(RowFormat::kBytes, 100), 100U);
  EXPECT_EQ(bytes_of_row(RowFormat::kF32, 100), 400U);
  EXPECT_EQ(bytes_of_row(RowFormat::kF16, 100), 200U);
  EXPECT_EQ(bytes_of_row(RowFormat::kQ8, 0), 0U);
  EXPECT_EQ(bytes_of_row(RowFormat::kQ8, 1), 3U);
  EXPECT_EQ(bytes_of_row(RowFormat::kQ8, 32), 34U);
  EXPECT_EQ(bytes_of_row(RowFormat::kQ8, 33), 37U);
  EXPECT_EQ(bytes_of_row(RowFormat::kQ8, 288), 306U);
}

TEST(RowFormatTest, F32IsSentAsItIsInMemory) {
  const std::vector<float> row = {1.0F, -0.0F, kNaN, kInfinity, 1e-45F};
  EXPECT_THAT(packed(RowFormat::kF32, row, row.size()),
              ElementsAreArray(std::as_bytes(std::span(row))));
  EXPECT_EQ(std::bit_cast<uint32_t>(arrived(RowFormat::kF32, row)[2]),
            std::bit_cast<uint32_t>(kNaN));
  RowPacker packer;
  EXPECT_EQ(static_cast<const void*>(
                packer.pack(RowFormat::kF32, row, row.size()).data()),
            static_cast<const void*>(row.data()))
      << "without a copy";
}

TEST(RowFormatTest, HalvesArriveExactly) {
  const std::vector<float> row = {0.0F,     1.0F,     -2.5F,    65504.0F,
                                  0x1p-24F, 0x1p-14F, -1023.0F, 2048.0F};
  EXPECT_THAT(arrived(RowFormat::kF16, row), ElementsAreArray(row));
  EXPECT_THAT(packed(RowFormat::kF16, {1.0F, -2.0F}, 2),
              ElementsAre(std::byte{0x00}, std::byte{0x3C}, std::byte{0x00},
                          std::byte{0xC0}))
      << "the least byte first";
}

TEST(RowFormatTest, F16IsOffByHalfAUnitOfItsLastPlaceAtMost) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const std::vector<float> row = some_row(48, seed);
    const std::vector<float> back = arrived(RowFormat::kF16, row);
    for (size_t i = 0; i < row.size(); ++i) {
      ASSERT_LE(std::fabs(back[i] - row[i]),
                std::max(std::fabs(row[i]) * 0x1p-11F, 0x1p-25F));
    }
  }
}

TEST(RowFormatTest, F16KeepsFiniteValuesFiniteAndOthersNot) {
  const auto back = arrived(
      RowFormat::kF16, {65520.0F, -1e30F, kMost, kInfinity, -kInfinity, kNaN});
  EXPECT_THAT(
      std::vector(back.begin(), back.begin() + 5),
      ElementsAre(65504.0F, -65504.0F, 65504.0F, kInfinity, -kInfinity));
  EXPECT_TRUE(std::isnan(back[5]));
}

TEST(RowFormatTest, Q8IsOffByHalfAStepAtMost) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const std::vector<float> row = some_row(kQ8Block, seed);
    float most = 0.0F;
    for (const float value : row) most = std::max(most, std::fabs(value));
    const std::vector<float> back = arrived(RowFormat::kQ8, row);
    for (size_t i = 0; i < row.size(); ++i) {
      // The step is rounded to a half, which is coarse near zero.
      ASSERT_LE(std::fabs(back[i] - row[i]), most / 253 + 127 * 0x1p-25F)
          << "row " << seed;
    }
  }
}

TEST(RowFormatTest, Q8IsAStepAndThenTheNumbersOfSteps) {
  EXPECT_THAT(
      packed(RowFormat::kQ8, {127.0F, -127.0F, 2.5F, 3.5F, -0.4F}, 5),
      ElementsAre(std::byte{0x00}, std::byte{0x3C}, std::byte{127},
                  std::byte{0x81}, std::byte{2}, std::byte{4}, std::byte{0}));
}

TEST(RowFormatTest, EveryBlockAndEveryRowHasAStepOfItsOwn) {
  // Two rows, each of a full block and a short one.
  constexpr size_t kWidth = kQ8Block + 3;
  std::vector<float> rows(2 * kWidth);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i] = i % kWidth < kQ8Block ? 127.0F : 0x1p-10F * 127.0F;
  }
  std::fill(rows.begin() + kWidth, rows.end(), 254.0F);
  const auto bytes = packed(RowFormat::kQ8, rows, kWidth);
  ASSERT_EQ(bytes.size(), 2 * (kWidth + 4));
  std::vector<float> back(rows.size());
  unpack_rows(RowFormat::kQ8, bytes, kWidth, back);
  EXPECT_THAT(back, ElementsAreArray(rows));
  EXPECT_THAT(std::span(bytes).last(kWidth + 4),
              ElementsAreArray(packed(
                  RowFormat::kQ8, {rows.begin() + kWidth, rows.end()}, kWidth)))
      << "whatever travels before it";
}

TEST(RowFormatTest, Q8OfNothingIsNothing) {
  EXPECT_THAT(arrived(RowFormat::kQ8, std::vector<float>(40, 0.0F)),
              Each(0.0F));
  // Too small for a step.
  EXPECT_THAT(arrived(RowFormat::kQ8, std::vector<float>(5, 1e-40F)),
              Each(0.0F));
}

TEST(RowFormatTest, Q8KeepsFiniteValuesFinite) {
  const auto back = arrived(RowFormat::kQ8, {kMost, -kMost, 65504.0F, 1.0F});
  EXPECT_THAT(back,
              ElementsAre(127 * 65504.0F, -127 * 65504.0F, 65504.0F, 0.0F));
}

TEST(RowFormatTest, Q8MakesNaNOfABlockThatIsNotFinite) {
  for (const float bad : {kNaN, kInfinity, -kInfinity}) {
    std::vector<float> row(2 * kQ8Block, 127.0F);
    row[5] = bad;
    const auto back = arrived(RowFormat::kQ8, row);
    for (size_t i = 0; i < kQ8Block; ++i) EXPECT_TRUE(std::isnan(back[i]));
    EXPECT_THAT(std::span(back).last(kQ8Block), Each(127.0F));
  }
}

TEST(RowFormatTest, PackingTwiceIsPackingOnce) {
  for (const RowFormat format : {RowFormat::kF16, RowFormat::kQ8}) {
    for (unsigned seed = 0; seed < 200; ++seed) {
      // Where a step is a half of full precision.
      const auto once = arrived(format, some_row(48, seed, -6));
      EXPECT_THAT(arrived(format, once), ElementsAreArray(once));
    }
  }
}

// The expected bits are those of amd64 and of arm64.
TEST(RowFormatTest, TheBitsAreTheSameOnEveryProcessor) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (unsigned i = 0; i < 1000; ++i) {
    std::vector<float> row(45);
    for (size_t k = 0; k < row.size(); ++k) {
      const uint32_t mixed = (i * 45 + static_cast<uint32_t>(k)) * 2654435761U;
      row[k] = std::ldexp(static_cast<float>(mixed) - 2147483648.0F,
                          static_cast<int>(mixed % 29) - 45);
    }
    for (const RowFormat format : {RowFormat::kF16, RowFormat::kQ8}) {
      for (const std::byte byte : packed(format, row, row.size())) {
        hash = (hash ^ std::to_integer<uint64_t>(byte)) * 0x100000001B3U;
      }
    }
  }
  EXPECT_EQ(hash, 0x4D15218BB0FCB60FU);
}

}  // namespace
}  // namespace pi_ring
