// Two products up, the gate, one product down.
#include "model/layers/feed_forward.h"

#include "model/folder/weights.h"
#include "model/math/simd.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

FeedForwardSpace::FeedForwardSpace(const ModelConfig& config, int max_rows)
    : gate_up(floats(max_rows, 2 * config.hidden_dim)),
      activated(floats(max_rows, config.hidden_dim)) {}

FeedForward::FeedForward(const Weights& weights, int layer, const Pool& pool)
    : hidden_dim_(weights.config().hidden_dim),
      gate_up_(weights.config().dim, 2 * hidden_dim_, pool),
      down_(hidden_dim_, weights.config().dim, pool) {
  const auto append = [&](Linear& to, Role role, int outputs) {
    Tensor tensor = weights.take(tensor_of(weights.config(), role, layer));
    to.append(tensor, outputs);
  };
  append(gate_up_, Role::kGate, hidden_dim_);
  append(gate_up_, Role::kUp, hidden_dim_);
  append(down_, Role::kDown, weights.config().dim);
}

void FeedForward::forward(const Pool& pool, int rows, const float* x,
                          FeedForwardSpace& space, float* y) const {
  const size_t hidden = floats(hidden_dim_);
  gate_up_.run(pool, rows, x, space.gate_up.data());
  for (int row = 0; row < rows; ++row) {
    const float* gate = space.gate_up.data() + floats(row, 2 * hidden_dim_);
    simd::swiglu(gate, gate + hidden,
                 space.activated.data() + floats(row, hidden_dim_), hidden);
  }
  down_.run(pool, rows, space.activated.data(), y);
}

}  // namespace pi_ring
