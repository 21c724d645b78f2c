// The vector loops of GELU in its tanh form, alone and as a gate, on Highway.
#pragma once

#include <cstddef>

namespace pi_ring::simd {

// y = gelu(x)
void gelu(const float* x, float* y, size_t n);

// From the gradient of gelu(x) to that of x, which it overwrites.
void gelu_backward(const float* gradient, float* x, size_t n);

// y = gelu(gate) * up
void geglu(const float* gate, const float* up, float* y, size_t n);

// From the gradient of gelu(gate) * up, in place, to those of gate and up.
void geglu_backward(const float* gradient, float* gate, float* up, size_t n);

}  // namespace pi_ring::simd
