// Two products up, the gate, one product down.
#include "model/layers/feed_forward.h"

#include "model/folder/weights.h"
#include "model/math/simd.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

FeedForwardSpace::FeedForwardSpace(const ModelConfig& config, int max_rows)
    : gate_up(2 * static_cast<size_t>(config.hidden_dim) *
              static_cast<size_t>(max_rows)),
      activated(static_cast<size_t>(config.hidden_dim) *
                static_cast<size_t>(max_rows)) {}

FeedForward::FeedForward(const Weights& weights, const std::string& prefix,
                         const Pool& pool)
    : hidden_dim_(weights.config().hidden_dim),
      gate_up_(weights.config().dim, 2 * hidden_dim_, pool),
      down_(hidden_dim_, weights.config().dim, pool) {
  const auto append = [&](Linear& to, const char* name, int outputs,
                          int inputs) {
    Tensor tensor =
        weights.take(prefix + "mlp." + name + ".weight", {outputs, inputs});
    to.append(tensor, outputs);
  };
  const int dim = weights.config().dim;
  append(gate_up_, "gate_proj", hidden_dim_, dim);
  append(gate_up_, "up_proj", hidden_dim_, dim);
  append(down_, "down_proj", dim, hidden_dim_);
}

void FeedForward::forward(const Pool& pool, int rows, const float* x,
                          FeedForwardSpace& space, float* y) const {
  const auto hidden = static_cast<size_t>(hidden_dim_);
  gate_up_.run(pool, rows, x, space.gate_up.data());
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    const float* gate = space.gate_up.data() + row * 2 * hidden;
    simd::swiglu(gate, gate + hidden, space.activated.data() + row * hidden,
                 hidden);
  }
  down_.run(pool, rows, space.activated.data(), y);
}

}  // namespace pi_ring
