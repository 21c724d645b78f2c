// The gated feed-forward layer: down(silu(gate x) * (up x)).
#pragma once

#include "model/architecture/config.h"
#include "model/math/float_buffer.h"
#include "model/math/linear.h"
#include "model/math/pool.h"

namespace pi_ring {

class Weights;

// Buffers that the layer works in; all layers of a rank share one.
struct FeedForwardSpace {
  FeedForwardSpace(const ModelConfig& config, int max_rows);

  FloatBuffer gate_up;    // [rows, 2 hidden_dim]: gates, then ups
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
  Linear gate_up_;
  Linear down_;
};

}  // namespace pi_ring
