// x += attention(norm(x)); x += feed_forward(norm(x)); and back.
#include "model/train/train_block.h"

#include <algorithm>

#include "model/math/simd.h"

namespace pi_ring {

BlockRecord::BlockRecord(const TrainSetup& setup)
    : attention(setup),
      middle(setup.buffers.take(floats(setup.shape.rows(), setup.config.dim))),
      gate_up(setup.buffers.take(
          floats(setup.shape.rows(), 2 * setup.config.hidden_dim))) {}

TrainSpace::TrainSpace(const TrainSetup& setup)
    : attention(setup),
      products(std::max(setup.config.dim, setup.config.hidden_dim),
               setup.threads, setup.buffers),
      normed(setup.buffers.take(floats(setup.shape.rows(), setup.config.dim))),
      change(setup.buffers.take(normed.size())),
      activated(setup.buffers.take(
          floats(setup.shape.rows(), setup.config.hidden_dim))) {}

TrainBlock::TrainBlock(const TrainSetup& setup, int layer)
    : rows_(setup.shape.rows()),
      size_(floats(rows_, setup.config.dim)),
      attention_norm_(setup,
                      tensor_of(setup.config, Role::kAttentionNorm, layer)),
      attention_(setup, layer),
      feed_forward_norm_(
          setup, tensor_of(setup.config, Role::kFeedForwardNorm, layer)),
      feed_forward_(setup, layer) {}

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
