// The gated feed-forward layer, down(silu(gate x) * (up x)), with its backward.
#pragma once

#include "model/architecture/config.h"
#include "model/math/float_buffer.h"
#include "model/math/pool.h"
#include "model/train/parameter.h"
#include "model/train/projection.h"
#include "model/train/train_shape.h"

namespace pi_ring {

class TrainFeedForward {
 public:
  TrainFeedForward(const TrainSetup& setup, int layer);
  TrainFeedForward(const TrainFeedForward&) = delete;
  TrainFeedForward& operator=(const TrainFeedForward&) = delete;

  std::vector<Parameter*> parameters();
  void refresh(const Pool& pool);

  // x [rows, dim] -> gate_up [rows, 2 hidden_dim], which backward needs
  void lift(const Pool& pool, int rows, const float* x, float* gate_up) const;
  // gate_up -> y [rows, dim]; activated [rows, hidden_dim] is overwritten
  void lower(const Pool& pool, int rows, const float* gate_up, float* activated,
             float* y) const;

  // Computes dx from dy [rows, dim] and the forward's x and gate_up, which it
  // overwrites; adds to the matrices' gradients.
  void backward(const Pool& pool, int rows, const float* x, const float* dy,
                float* gate_up, float* activated, ProjectionSpace& products,
                float* dx);

 private:
  void activate(const Pool& pool, int rows, const float* gate_up,
                float* activated) const;

  int hidden_dim_;
  Parameter gate_;
  Parameter up_;
  Parameter down_;
  Projection gate_up_;
  Projection lower_;
};

}  // namespace pi_ring
