// Attention's products with rows of a cache against plain loops over the values
// that the rows hold.
#include "model/math/cache_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "model/tensor/blocks.h"

namespace pi_ring {
namespace {

constexpr size_t kRows = 37;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> numbers_of(size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(count);
  for (float& number : numbers) number = normal(generator);
  return numbers;
}

// Rows of a cache, and what they hold.
struct StoredRows {
  StoredRows(DType type, size_t width, std::vector<float> from)
      : type_(type),
        width_(width),
        numbers(std::move(from)),
        bytes(bytes_of(type, numbers.size())),
        values(numbers.size()) {
    const size_t row = bytes_of(type, width);
    for (size_t i = 0; i * width < numbers.size(); ++i) {
      simd::store_row(type, numbers.data() + i * width, width,
                      bytes.data() + i * row);
    }
    read_values(type, bytes, values);
  }

  simd::CacheRows rows(size_t first, size_t count) const {
    return {type_, bytes.data() + first * bytes_of(type_, width_), count,
            width_};
  }

  DType type_;
  size_t width_;
  std::vector<float> numbers;  // before they were stored
  std::vector<std::byte> bytes;
  std::vector<float> values;
};

class CacheRowsTest : public testing::TestWithParam<DType> {
 protected:
  // A head's widths; those of whole blocks for q8_0.
  static std::vector<size_t> widths() {
    return GetParam() == DType::Q8_0 ? std::vector<size_t>{32, 64, 96, 256}
                                     : std::vector<size_t>{1, 6, 8, 24, 48, 70};
  }

  static StoredRows stored(size_t width) {
    return {GetParam(), width, numbers_of(kRows * width, 7)};
  }
};

TEST_P(CacheRowsTest, StoresTheNearestValues) {
  for (const size_t width : widths()) {
    const StoredRows stored_rows = stored(width);
    for (size_t i = 0; i < stored_rows.numbers.size(); ++i) {
      const float number = stored_rows.numbers[i];
      // Half a unit in the last place of an f16; half a step of a block whose
      // largest number is below 5.
      const float error = GetParam() == DType::F32   ? 0.0F
                          : GetParam() == DType::F16 ? std::fabs(number) / 2048
                                                     : 5.0F / 127 / 2;
      EXPECT_NEAR(stored_rows.values[i], number, error);
    }
  }
}

TEST_P(CacheRowsTest, MultipliesAQueryWithTheStoredValues) {
  for (const size_t width : widths()) {
    const StoredRows keys = stored(width);
    const std::vector<float> query = numbers_of(width, 8);
    std::vector<float> scores(kRows);
    simd::dots(query.data(), keys.rows(0, kRows), 0.25F, scores.data());
    for (size_t row = 0; row < kRows; ++row) {
      const float* key = keys.values.data() + row * width;
      const double plain =
          std::inner_product(query.begin(), query.end(), key, 0.0);
      EXPECT_NEAR(scores[row], 0.25 * plain, 1e-4) << "width " << width;
    }
  }
}

TEST_P(CacheRowsTest, AddsTheSameBitsInWhateverPartsTheRowsCome) {
  for (const size_t width : widths()) {
    const StoredRows values = stored(width);
    const std::vector<float> weights = numbers_of(kRows, 9);
    std::vector<float> whole(width);
    simd::add_weighted_rows(weights.data(), values.rows(0, kRows),
                            whole.data());
    for (size_t i = 0; i < width; ++i) {
      double plain = 0.0;
      for (size_t row = 0; row < kRows; ++row) {
        plain += static_cast<double>(weights[row]) *
                 static_cast<double>(values.values[row * width + i]);
      }
      EXPECT_NEAR(whole[i], plain, 1e-4) << "width " << width;
    }
    for (const size_t part : {1, 5, 32}) {
      std::vector<float> in_parts(width);
      for (size_t row = 0; row < kRows; row += part) {
        simd::add_weighted_rows(weights.data() + row,
                                values.rows(row, std::min(part, kRows - row)),
                                in_parts.data());
      }
      EXPECT_EQ(in_parts, whole) << "in parts of " << part;
    }
  }
}

TEST_P(CacheRowsTest, KeepsALargeNumberFiniteAndNamesOneThatIsNot) {
  for (const float number : {1e30F, -1e30F, kInfinity, std::nanf("")}) {
    std::vector<float> numbers(32, 1.0F);
    numbers[3] = number;
    const StoredRows row(GetParam(), 32, numbers);
    EXPECT_EQ(std::isfinite(row.values[3]), std::isfinite(number));
  }
}

TEST_P(CacheRowsTest, KeepsZeros) {
  const StoredRows row(GetParam(), 32, std::vector<float>(32));
  EXPECT_EQ(row.values, row.numbers);
}

INSTANTIATE_TEST_SUITE_P(OfEachType, CacheRowsTest,
                         testing::Values(DType::F32, DType::F16, DType::Q8_0),
                         [](const auto& tried) {
                           return std::string(name_of(tried.param));
                         });

}  // namespace
}  // namespace pi_ring
