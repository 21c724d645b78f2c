// The vector loops that XNNPACK has no operator for, on Highway: each picks the
// widest instructions of the processor it runs on. The order of a sum depends
// on the processor and the length alone.
#pragma once

#include <cstddef>

namespace pi_ring::simd {

float sum_of_squares(const float* x, size_t n);

// y = scale * x * weights
void scale_by(float scale, const float* x, const float* weights, float* y,
              size_t n);

// y += x
void add(const float* x, float* y, size_t n);

// Rotates the points (a[i], b[i]) by the angles whose cosines and sines are
// given.
void rotate(const float* cosines, const float* sines, float* a, float* b,
            size_t n);

// y = gate * sigmoid(gate) * up
void swiglu(const float* gate, const float* up, float* y, size_t n);

// x = exp(x) / sum(exp(x))
void softmax(float* x, size_t n);

}  // namespace pi_ring::simd
