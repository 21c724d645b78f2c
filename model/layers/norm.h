// Normalisation of vectors, as the model's family has it, with a learned scale
// per channel.
#pragma once

#include "model/architecture/architecture.h"
#include "model/math/float_buffer.h"

namespace pi_ring {

class Weights;

class Norm {
 public:
  // Vectors have the width of the scale, which is the tensor of this role.
  Norm(const Weights& weights, Role role, int layer = 0);

  // x [rows, width] -> y [rows, width], which may be x
  void forward(int rows, const float* x, float* y) const;

 private:
  NormKind kind_;
  float epsilon_;
  FloatBuffer scale_;  // [width]
  FloatBuffer bias_;   // [width]; empty where the family has none
};

}  // namespace pi_ring
