// One or two products up, the activation, one product down.
#include "model/layers/feed_forward.h"

#include "model/folder/weights.h"

namespace pi_ring {

FeedForwardSpace::FeedForwardSpace(const ModelConfig& config, int max_rows,
                                   Buffers& buffers)
    : lifted(buffers.take(floats(max_rows, config.lift_dim()))),
      activated(buffers.take(floats(max_rows, config.hidden_dim))) {}

FeedForward::FeedForward(const Weights& weights, int layer, const Pool& pool)
    : hidden_dim_(weights.config().hidden_dim),
      lift_dim_(weights.config().lift_dim()),
      activation_(*weights.config().architecture),
      lift_(weights, layer, weights.config().dim, kLiftRoles, pool),
      down_(weights, layer, hidden_dim_, kDownRoles, pool) {}

void FeedForward::forward(const Pool& pool, int rows, const float* x,
                          FeedForwardSpace& space, float* y) const {
  lift_.run(pool, rows, x, space.lifted.data());
  for (int row = 0; row < rows; ++row) {
    activation_.forward(space.lifted.data() + floats(row, lift_dim_),
                        space.activated.data() + floats(row, hidden_dim_),
                        floats(hidden_dim_));
  }
  down_.run(pool, rows, space.activated.data(), y);
}

}  // namespace pi_ring
