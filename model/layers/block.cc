// x += attention(norm(x)); x += feed_forward(norm(x)); in some families another
// norm is between the layer and the sum.
#include "model/layers/block.h"

#include "model/folder/weights.h"
#include "model/math/simd.h"

namespace pi_ring {

BlockSpace::BlockSpace(const ModelConfig& config, int max_rows,
                       Buffers& buffers)
    : attention(config, max_rows, buffers),
      feed_forward(config, max_rows, buffers),
      normed(buffers.take(floats(max_rows, config.dim))),
      change(buffers.take(normed.size())) {}

Block::Block(const Weights& weights, int layer, const Pool& pool)
    : dim_(weights.config().dim),
      attention_norm_(weights, Role::kAttentionNorm, layer),
      attention_(weights, layer, pool),
      feed_forward_norm_(weights, Role::kFeedForwardNorm, layer),
      feed_forward_(weights, layer, pool) {
  const Architecture& family = *weights.config().architecture;
  if (has_role(family, Role::kAttentionOutNorm)) {
    attention_out_norm_.emplace(weights, Role::kAttentionOutNorm, layer);
  }
  if (has_role(family, Role::kDownNorm)) {
    down_norm_.emplace(weights, Role::kDownNorm, layer);
  }
}

void Block::forward(const Pool& pool, int position, int rows, const Rope& rope,
                    KvCache& cache, BlockSpace& space, float* x) const {
  const size_t size = floats(rows, dim_);
  float* normed = space.normed.data();
  float* change = space.change.data();
  attention_norm_.forward(rows, x, normed);
  attention_.forward(pool, position, rows, rope, normed, cache, space.attention,
                     change);
  if (attention_out_norm_) attention_out_norm_->forward(rows, change, change);
  simd::add(change, x, size);
  feed_forward_norm_.forward(rows, x, normed);
  feed_forward_.forward(pool, rows, normed, space.feed_forward, change);
  if (down_norm_) down_norm_->forward(rows, change, change);
  simd::add(change, x, size);
}

}  // namespace pi_ring
