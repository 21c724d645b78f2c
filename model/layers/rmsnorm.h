// Root-mean-square normalisation with a learned scale per channel.
#pragma once

#include <string>

#include "model/math/float_buffer.h"

namespace pi_ring {

class Weights;

class RmsNorm {
 public:
  RmsNorm(const Weights& weights, const std::string& name);

  // x [rows, dim] -> y [rows, dim]
  void forward(int rows, const float* x, float* y) const;

 private:
  float epsilon_;
  FloatBuffer scale_;  // [dim]
};

}  // namespace pi_ring
