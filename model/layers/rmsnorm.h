// Root-mean-square normalisation with a learned scale per channel.
#pragma once

#include "model/architecture/architecture.h"
#include "model/math/float_buffer.h"

namespace pi_ring {

class Weights;

class RmsNorm {
 public:
  RmsNorm(const Weights& weights, Role role, int layer = 0);

  // x [rows, dim] -> y [rows, dim]
  void forward(int rows, const float* x, float* y) const;

 private:
  float epsilon_;
  FloatBuffer scale_;  // [dim]
};

}  // namespace pi_ring
