// Root-mean-square normalisation, with its backward.
#pragma once

#include "model/architecture/config.h"
#include "model/math/float_buffer.h"
#include "model/math/pool.h"
#include "model/train/parameter.h"
#include "model/train/train_shape.h"

namespace pi_ring {

class TrainNorm {
 public:
  TrainNorm(const TrainSetup& setup, ModelTensor scale);

  Parameter& scale() { return scale_; }

  // x [rows, dim] -> y [rows, dim]
  void forward(const Pool& pool, int rows, const float* x, float* y) const;

  // From the gradient dy of the outputs for the same x: adds the gradient of
  // the inputs to dx, and that of the scale to the parameter's.
  void backward(const Pool& pool, int rows, const float* x, const float* dy,
                float* dx);

 private:
  float root_of(const float* x) const;

  float epsilon_;
  Parameter scale_;
  FloatBuffer partial_;  // [groups of rows, dim]: of the scale's gradient
};

}  // namespace pi_ring
