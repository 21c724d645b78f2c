// Products with weights as a file has them, of any type that is read: numbers,
// or blocks of quantised numbers, which are taken apart in registers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/tensor/dtype.h"

namespace pi_ring::simd {

inline constexpr size_t kInputsOfAScale = 32;

// A matrix in place, row by row.
struct WeightRows {
  DType type;
  const std::byte* data;
  size_t inputs;       // whole blocks
  size_t paired_rows;  // as TensorView has it
};

// Rows of inputs to a product. Blocks are multiplied with inputs that are
// rounded to 8 bits, 32 of them with a scale; numbers with the inputs
// themselves.
struct InputRows {
  size_t rows;
  size_t inputs;
  const float* x;          // [rows, inputs]
  const int16_t* rounded;  // [rows, inputs]; none where no weights have blocks
  const float* scales;     // [rows, inputs / 32]
  const float* sums;       // [rows, inputs / 32]: of rounded times scale
};

// Rounds one row of x: `inputs` is a multiple of 32.
void round_inputs(size_t inputs, const float* x, int16_t* rounded,
                  float* scales, float* sums);

// y [rows of x, outputs first to first + count) of x and the weights. Each
// number is summed in one order, however many rows and outputs there are.
void multiply_rows(const WeightRows& weights, size_t first, size_t count,
                   const InputRows& x, float* y, size_t y_stride);

}  // namespace pi_ring::simd
