// The activation of the feed-forward layer, forward and backward, as the
// model's family has it.
#pragma once

#include <cstddef>

#include "model/architecture/architecture.h"

namespace pi_ring {

class ActivationLoops {
 public:
  explicit ActivationLoops(const Architecture& family);

  // lifted -> y [n]. Lifted has n values, or n gates and then n values.
  void forward(const float* lifted, float* y, size_t n) const;
  // From the gradient of y to that of lifted, which it overwrites.
  void backward(const float* gradient, float* lifted, size_t n) const;

 private:
  Activation kind_;
  bool is_gated_;
};

}  // namespace pi_ring
