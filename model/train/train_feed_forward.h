// The feed-forward layer, down(activation(up x)) or with a gate
// down(activation(gate x) * (up x)), with its backward.
#pragma once

#include <vector>

#include "model/architecture/config.h"
#include "model/layers/activation.h"
#include "model/math/float_buffer.h"
#include "model/math/pool.h"
#include "model/train/train_affine.h"
#include "model/train/train_shape.h"

namespace pi_ring {

class TrainFeedForward {
 public:
  TrainFeedForward(const TrainSetup& setup, int layer);

  void append_parameters(std::vector<Parameter*>& all) const;
  void refresh(const Pool& pool);

  // x [rows, dim] -> lifted [rows, lift_dim], which backward needs
  void lift(const Pool& pool, int rows, const float* x, float* lifted) const;
  // lifted -> y [rows, dim]; activated [rows, hidden_dim] is overwritten
  void lower(const Pool& pool, int rows, const float* lifted, float* activated,
             float* y) const;

  // Computes dx from dy [rows, dim] and the forward's x and lifted, which it
  // overwrites; adds to the parameters' gradients.
  void backward(const Pool& pool, int rows, const float* x, const float* dy,
                float* lifted, float* activated, ProjectionSpace& products,
                float* dx);

 private:
  void activate(const Pool& pool, int rows, const float* lifted,
                float* activated) const;

  size_t hidden_dim_;
  size_t lift_dim_;
  ActivationLoops activation_;
  TrainAffine lift_;
  TrainAffine lower_;
};

}  // namespace pi_ring
