// The feed-forward layer: down(activation(up x)), or with a gate
// down(activation(gate x) * (up x)).
#pragma once

#include "model/architecture/config.h"
#include "model/layers/activation.h"
#include "model/layers/affine.h"
#include "model/math/buffers.h"
#include "model/math/pool.h"

namespace pi_ring {

class Weights;

// Buffers that the layer works in; all layers of a rank share one.
struct FeedForwardSpace {
  FeedForwardSpace(const ModelConfig& config, int max_rows, Buffers& buffers);

  FloatBuffer lifted;     // [rows, lift_dim]: gates, if any, then ups
  FloatBuffer activated;  // [rows, hidden_dim]
};

class FeedForward {
 public:
  FeedForward(const Weights& weights, int layer, const Pool& pool);

  // x [rows, dim] -> y [rows, dim]
  void forward(const Pool& pool, int rows, const float* x,
               FeedForwardSpace& space, float* y) const;

 private:
  int hidden_dim_;
  int lift_dim_;
  ActivationLoops activation_;
  Affine lift_;
  Affine down_;
};

}  // namespace pi_ring
