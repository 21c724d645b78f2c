// The vector loops of the backward passes and of the optimiser, on Highway.
#pragma once

#include <cstddef>

namespace pi_ring::simd {

// In double.
double exact_sum_of_squares(const float* x, size_t n);

// From the gradient of silu(gate) * up, in place, to those of gate and up.
void swiglu_backward(const float* gradient, float* gate, float* up, size_t n);

float dot(const float* a, const float* b, size_t n);

// x += root * (scale * dy - factor * y): the backward of a norm, for
// y = root * (the input).
void norm_backward(const float* gradient, const float* scale,
                   const float* input, float root, float factor, float* x,
                   size_t n);

// sum of a * b * c
float triple_dot(const float* a, const float* b, const float* c, size_t n);

// y += scale * a * b
void add_products(float scale, const float* a, const float* b, float* y,
                  size_t n);

// y += x, row by row
void add_rows(int rows, int columns, const float* x, size_t x_stride, float* y,
              size_t y_stride);

struct AdamStep {
  float beta1;
  float beta2;
  float gradient_scale;
  float rate;  // of the first moment, its bias corrected
  float root;  // that the second moment is multiplied by, for its bias
  float epsilon;
  float keep;  // of the value: 1 - learning rate * decay
};
void adam(const AdamStep& step, const float* gradient, float* first,
          float* second, float* value, size_t n);

}  // namespace pi_ring::simd
