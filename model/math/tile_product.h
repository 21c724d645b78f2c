// Products of matrices that change with every call and are too small to be
// packed for XNNPACK: attention's.
#pragma once

#include <cstddef>

namespace pi_ring::simd {

// A matrix in place: element (i, j) is at data[i * row + j * column].
struct Lattice {
  const float* data;
  size_t row;
  size_t column;
};

struct TileSize {
  size_t rows;
  size_t columns;
  size_t inner;
};

// c [rows, columns] = a [rows, inner] b [inner, columns]. Each element is
// summed in the order of `inner`. b's and c's columns are adjacent, their rows
// b_stride and c_stride apart.
void multiply_tile(const TileSize& size, const Lattice& a, const float* b,
                   size_t b_stride, float* c, size_t c_stride);
// The same added to c.
void add_tile(const TileSize& size, const Lattice& a, const float* b,
              size_t b_stride, float* c, size_t c_stride);

// y [columns, rows] = x [rows, columns], transposed.
void transpose(size_t rows, size_t columns, const float* x, size_t x_stride,
               float* y, size_t y_stride);

// x = exp(scale * x - shift)
void exponentials(float scale, float shift, float* x, size_t n);

// x = softmax(scale * x); returns the logarithm of the sum of exp(scale * x).
float scaled_softmax(float scale, float* x, size_t n);

// x = scale * p * (x - shift): from the gradient of softmax's outputs p to that
// of its inputs.
void softmax_backward(const float* p, float shift, float scale, float* x,
                      size_t n);

// From logits x to their loss at the target, which it returns, and to its
// gradient times scale, in place.
float cross_entropy(float scale, size_t target, float* x, size_t n);

}  // namespace pi_ring::simd
