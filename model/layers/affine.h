// y = x W^T + b, for one or several matrices over the same input.
#pragma once

#include <span>

#include "model/architecture/architecture.h"
#include "model/math/float_buffer.h"
#include "model/math/linear.h"
#include "model/math/pool.h"

namespace pi_ring {

class Weights;

class Affine {
 public:
  // Takes those of these matrices that the family has, and their biases; their
  // outputs stand side by side in y.
  Affine(const Weights& weights, int layer, int inputs,
         std::span<const Role> matrices, const Pool& pool);

  // x [rows, inputs] -> y [rows, outputs]
  void run(const Pool& pool, int rows, const float* x, float* y) const;

 private:
  void take_bias(const Weights& weights, Role matrix, int layer, int first);

  int outputs_;
  Linear linear_;
  FloatBuffer bias_;  // [outputs]; empty where there is none
};

}  // namespace pi_ring
