// Products with weights in blocks, against sums in double.
#include "model/math/row_product.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "model/tensor/tensor_file.h"
#include "tests/model/tensor/plain_blocks.h"

namespace pi_ring::simd {
namespace {

constexpr size_t kOutputs = 7;

struct Matrix {
  DType type;
  size_t inputs;
  std::vector<uint8_t> bytes;
  std::vector<double> values;  // [kOutputs, inputs]

  WeightRows rows(size_t paired_rows = 0) const {
    return {type, reinterpret_cast<const std::byte*>(bytes.data()), inputs,
            paired_rows};
  }
};

Matrix matrix_of_numbers(DType type, size_t inputs) {
  std::mt19937 generator(5);
  std::normal_distribution<float> normal;
  Matrix matrix{type, inputs, {}, {}};
  for (size_t i = 0; i < kOutputs * inputs; ++i) {
    const float value = normal(generator);
    const uint16_t narrow =
        type == DType::F16 ? to_half(value) : to_bfloat16(value);
    const size_t size = type == DType::F32 ? sizeof value : sizeof narrow;
    const size_t at = matrix.bytes.size();
    matrix.bytes.resize(at + size);
    std::memcpy(matrix.bytes.data() + at,
                type == DType::F32 ? static_cast<const void*>(&value) : &narrow,
                size);
    matrix.values.push_back(type == DType::F32   ? value
                            : type == DType::F16 ? from_half(narrow)
                                                 : from_bfloat16(narrow));
  }
  return matrix;
}

Matrix matrix_of_blocks(DType type, size_t inputs) {
  Matrix matrix{type, inputs, random_blocks(type, kOutputs * inputs, 3), {}};
  matrix.values = plain_values(type, matrix.bytes);
  return matrix;
}

// Inputs that are not changed by rounding to 8 bits: whole numbers up to 127,
// which each 32 of them reach, times a power of two.
std::vector<float> exact_inputs(size_t count) {
  std::mt19937 generator(7);
  std::vector<float> x(count);
  for (size_t i = 0; i < count; ++i) {
    const int number = i % kInputsOfAScale == 5
                           ? 127
                           : static_cast<int>(generator() % 255) - 127;
    x[i] = static_cast<float>(number) *
           (i / kInputsOfAScale % 2 == 0 ? 0.5F : 0.25F);
  }
  return x;
}

// All rows of x, `at_once` in each call.
std::vector<float> product(const Matrix& matrix, const std::vector<float>& x,
                           size_t at_once, size_t outputs_at_once = kOutputs,
                           size_t paired_rows = 0) {
  const size_t rows = x.size() / matrix.inputs;
  const size_t scales = matrix.inputs / kInputsOfAScale;
  std::vector<int16_t> rounded(x.size());
  std::vector<float> scale(rows * scales);
  std::vector<float> sums(rows * scales);
  for (size_t i = 0; i < rows && is_quantised(matrix.type); ++i) {
    round_inputs(matrix.inputs, x.data() + i * matrix.inputs,
                 rounded.data() + i * matrix.inputs, scale.data() + i * scales,
                 sums.data() + i * scales);
  }
  std::vector<float> y(rows * kOutputs);
  for (size_t row = 0; row < rows; row += at_once) {
    const InputRows inputs{
        std::min(at_once, rows - row),  matrix.inputs,
        x.data() + row * matrix.inputs, rounded.data() + row * matrix.inputs,
        scale.data() + row * scales,    sums.data() + row * scales};
    for (size_t first = 0; first < kOutputs; first += outputs_at_once) {
      multiply_rows(matrix.rows(paired_rows), first,
                    std::min(outputs_at_once, kOutputs - first), inputs,
                    y.data() + row * kOutputs + first, kOutputs);
    }
  }
  return y;
}

void expect_close(const Matrix& matrix, const std::vector<float>& x) {
  const std::vector<float> y = product(matrix, x, 9);
  for (size_t i = 0; i < y.size(); ++i) {
    double expected = 0.0;
    double size = 0.0;
    for (size_t j = 0; j < matrix.inputs; ++j) {
      const double term = matrix.values[i % kOutputs * matrix.inputs + j] *
                          x[i / kOutputs * matrix.inputs + j];
      expected += term;
      size += std::abs(term);
    }
    ASSERT_NEAR(y[i], expected, 1e-6 * size) << name_of(matrix.type) << i;
  }
}

TEST(RowProduct, MultipliesByTheBlocksOfEachType) {
  for (const DType type : kQuantisedTypes) {
    expect_close(matrix_of_blocks(type, 512), exact_inputs(9 * 512));
  }
}

TEST(RowProduct, MultipliesByNumbersOfAnyCount) {
  for (const DType type : {DType::F32, DType::F16, DType::BF16}) {
    for (const size_t inputs : {3U, 64U, 172U}) {
      expect_close(matrix_of_numbers(type, inputs), exact_inputs(9 * inputs));
    }
  }
}

TEST(RowProduct, IsTheSameHoweverManyRowsAndOutputsAreDoneAtOnce) {
  std::vector<Matrix> matrices = {matrix_of_numbers(DType::F32, 172),
                                  matrix_of_numbers(DType::F16, 172)};
  for (const DType type : kQuantisedTypes) {
    matrices.push_back(matrix_of_blocks(type, 256));
  }
  std::mt19937 generator(11);
  std::normal_distribution<float> normal;
  for (const Matrix& matrix : matrices) {
    std::vector<float> x(9 * matrix.inputs);
    for (float& value : x) value = normal(generator);
    const std::vector<float> all = product(matrix, x, 9);
    for (const size_t rows : {1U, 2U, 5U}) {
      for (const size_t outputs : {1U, 3U, 7U}) {
        EXPECT_EQ(product(matrix, x, rows, outputs), all)
            << name_of(matrix.type);
      }
    }
  }
}

TEST(RowProduct, TakesRowsThatAreStoredInPairs) {
  Matrix matrix = matrix_of_numbers(DType::F32, 3);
  const std::vector<float> x = {1.0F, 2.0F, 3.0F};
  const std::vector<float> as_stored = product(matrix, x, 1);
  // One head of six rows, in halves: 0 2 4 1 3 5 of the file, and the row after
  // it, which begins another head, in place.
  const std::vector<float> y = product(matrix, x, 1, kOutputs, 6);
  const std::vector<size_t> order = {0, 2, 4, 1, 3, 5, 6};
  for (size_t i = 0; i < kOutputs; ++i) {
    EXPECT_EQ(y[i], as_stored[order[i]]) << i;
  }
}

TEST(RowProduct, InputsAreRoundedToTheNearestOf8Bits) {
  std::vector<float> x(64, 0.0F);
  x[0] = -2.0F;
  x[1] = 1.0F;
  x[2] = 0.0156F;
  std::vector<int16_t> rounded(64);
  std::vector<float> scales(2);
  std::vector<float> sums(2);
  round_inputs(64, x.data(), rounded.data(), scales.data(), sums.data());
  EXPECT_EQ(rounded[0], -127);
  EXPECT_EQ(rounded[1], 64);  // 63.5, to the even one
  EXPECT_EQ(rounded[2], 1);
  EXPECT_FLOAT_EQ(scales[0], 2.0F / 127.0F);
  EXPECT_FLOAT_EQ(sums[0], -62.0F * 2.0F / 127.0F);
  EXPECT_EQ(scales[1], 0.0F);
  EXPECT_EQ(rounded[32], 0);
}

}  // namespace
}  // namespace pi_ring::simd
