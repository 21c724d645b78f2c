// The vector loops of layer normalisation, on Highway.
#pragma once

#include <cstddef>

namespace pi_ring::simd {

// The mean of a vector, and 1 over its deviation.
struct Moments {
  float mean;
  float inverse;
};
Moments moments_of(const float* x, float epsilon, size_t n);

// y = scale * (x - mean) * inverse + bias; y may be x
void layer_norm(const Moments& moments, const float* x, const float* scale,
                const float* bias, float* y, size_t n);

// From the gradient of y: adds those of x, of the scale and of the bias.
void layer_norm_backward(const Moments& moments, const float* x,
                         const float* gradient, const float* scale, float* dx,
                         float* scale_gradient, float* bias_gradient, size_t n);

}  // namespace pi_ring::simd
