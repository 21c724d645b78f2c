// Chooses the loop.
#include "model/layers/activation.h"

#include <stdexcept>
#include <string>

#include "model/math/gelu.h"
#include "model/math/gradient_simd.h"
#include "model/math/simd.h"

namespace pi_ring {

ActivationLoops::ActivationLoops(const Architecture& family)
    : kind_(family.activation), is_gated_(has_role(family, Role::kGate)) {
  if (kind_ == Activation::kGelu || is_gated_) return;
  throw std::logic_error(std::string(family.name) +
                         " has an activation that is not written");
}

void ActivationLoops::forward(const float* lifted, float* y, size_t n) const {
  if (kind_ == Activation::kSilu) return simd::swiglu(lifted, lifted + n, y, n);
  if (is_gated_) return simd::geglu(lifted, lifted + n, y, n);
  simd::gelu(lifted, y, n);
}

void ActivationLoops::backward(const float* gradient, float* lifted,
                               size_t n) const {
  if (kind_ == Activation::kSilu) {
    return simd::swiglu_backward(gradient, lifted, lifted + n, n);
  }
  if (is_gated_) {
    return simd::geglu_backward(gradient, lifted, lifted + n, n);
  }
  simd::gelu_backward(gradient, lifted, n);
}

}  // namespace pi_ring
