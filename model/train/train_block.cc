// x += attention(norm(x)); x += feed_forward(norm(x)); and back.
#include "model/train/train_block.h"

#include <algorithm>

#include "model/math/simd.h"

namespace pi_ring {

BlockRecord::BlockRecord(const ModelConfig& config, const TrainShape& shape)
    : attention(config, shape),
      middle(floats(shape.rows(), config.dim)),
      gate_up(floats(shape.rows(), 2 * config.hidden_dim)) {}

TrainSpace::TrainSpace(const ModelConfig& config, const TrainShape& shape,
                       int threads)
    : attention(config, shape, threads),
      products(std::max(config.dim, config.hidden_dim), threads),
      normed(floats(shape.rows(), config.dim)),
      change(normed.size()),
      activated(floats(shape.rows(), config.hidden_dim)) {}

TrainBlock::TrainBlock(const ModelConfig& config, int layer,
                       const TrainShape& shape, const Pool& pool)
    : rows_(shape.rows()),
      size_(floats(rows_, config.dim)),
      attention_norm_(config, tensor_of(config, Role::kAttentionNorm, layer),
                      rows_),
      attention_(config, shape, layer, pool),
      feed_forward_norm_(
          config, tensor_of(config, Role::kFeedForwardNorm, layer), rows_),
      feed_forward_(config, layer, pool) {}

std::vector<Parameter*> TrainBlock::parameters() {
  std::vector<Parameter*> all = {&attention_norm_.scale()};
  std::ranges::copy(attention_.parameters(), std::back_inserter(all));
  all.push_back(&feed_forward_norm_.scale());
  std::ranges::copy(feed_forward_.parameters(), std::back_inserter(all));
  return all;
}

void TrainBlock::refresh(const Pool& pool) {
  attention_.refresh(pool);
  feed_forward_.refresh(pool);
}

void TrainBlock::record(const Pool& pool, const Rope& rope, const float* x,
                        BlockRecord& record, TrainSpace& space) const {
  float* middle = record.middle.data();
  attention_norm_.forward(pool, rows_, x, space.normed.data());
  attention_.forward(pool, rope, space.normed.data(), record.attention,
                     space.attention, middle);
  simd::add(x, middle, size_);
  feed_forward_norm_.forward(pool, rows_, middle, space.normed.data());
  feed_forward_.lift(pool, rows_, space.normed.data(), record.gate_up.data());
}

void TrainBlock::forward(const Pool& pool, const Rope& rope, const float* x,
                         BlockRecord& kept, TrainSpace& space, float* y) const {
  record(pool, rope, x, kept, space);
  feed_forward_.lower(pool, rows_, kept.gate_up.data(), space.activated.data(),
                      y);
  simd::add(kept.middle.data(), y, size_);
}

void TrainBlock::backward(const Pool& pool, const Rope& rope, const float* x,
                          BlockRecord& record, TrainSpace& space,
                          float* gradient) {
  float* normed = space.normed.data();
  float* change = space.change.data();
  const float* middle = record.middle.data();
  feed_forward_norm_.forward(pool, rows_, middle, normed);
  feed_forward_.backward(pool, rows_, normed, gradient, record.gate_up.data(),
                         space.activated.data(), space.products, change);
  feed_forward_norm_.backward(pool, rows_, middle, change, gradient);
  attention_norm_.forward(pool, rows_, x, normed);
  attention_.backward(pool, rope, normed, gradient, record.attention,
                      space.attention, space.products, change);
  attention_norm_.backward(pool, rows_, x, change, gradient);
}

}  // namespace pi_ring
