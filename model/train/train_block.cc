// x += attention(norm(x)); x += feed_forward(norm(x)); and back. In some
// families another norm is between the layer and the sum.
#include "model/train/train_block.h"

#include <algorithm>

#include "model/math/simd.h"

namespace pi_ring {
namespace {

FloatBuffer rows_where(bool needed, const TrainSetup& setup) {
  return needed
             ? setup.buffers.take(floats(setup.shape.rows(), setup.config.dim))
             : FloatBuffer();
}

bool has(const TrainSetup& setup, Role role) {
  return has_role(*setup.config.architecture, role);
}

// As wide as anything that a product has for its input.
int widest_input(const ModelConfig& config) {
  return std::max({config.dim, config.q_dim(), config.hidden_dim});
}

}  // namespace

BlockRecord::BlockRecord(const TrainSetup& setup)
    : attention(setup),
      middle(setup.buffers.take(floats(setup.shape.rows(), setup.config.dim))),
      lifted(setup.buffers.take(
          floats(setup.shape.rows(), setup.config.lift_dim()))),
      attention_out(rows_where(has(setup, Role::kAttentionOutNorm), setup)),
      down_out(rows_where(has(setup, Role::kDownNorm), setup)) {}

TrainSpace::TrainSpace(const TrainSetup& setup)
    : attention(setup),
      products(widest_input(setup.config), setup.threads, setup.buffers),
      normed(setup.buffers.take(floats(setup.shape.rows(), setup.config.dim))),
      change(setup.buffers.take(
          floats(setup.shape.rows(),
                 std::max(setup.config.dim, setup.config.q_dim())))),
      branch(rows_where(
          has(setup, Role::kAttentionOutNorm) || has(setup, Role::kDownNorm),
          setup)),
      activated(setup.buffers.take(
          floats(setup.shape.rows(), setup.config.hidden_dim))) {}

TrainBlock::TrainBlock(const TrainSetup& setup, int layer)
    : rows_(setup.shape.rows()),
      size_(floats(rows_, setup.config.dim)),
      attention_norm_(setup, Role::kAttentionNorm, layer, rows_),
      attention_(setup, layer),
      feed_forward_norm_(setup, Role::kFeedForwardNorm, layer, rows_),
      feed_forward_(setup, layer) {
  if (has(setup, Role::kAttentionOutNorm)) {
    attention_out_norm_.emplace(setup, Role::kAttentionOutNorm, layer, rows_);
  }
  if (has(setup, Role::kDownNorm)) {
    down_norm_.emplace(setup, Role::kDownNorm, layer, rows_);
  }
}

std::vector<Parameter*> TrainBlock::parameters() {
  std::vector<Parameter*> all;
  attention_norm_.append_parameters(all);
  attention_.append_parameters(all);
  if (attention_out_norm_) attention_out_norm_->append_parameters(all);
  feed_forward_norm_.append_parameters(all);
  feed_forward_.append_parameters(all);
  if (down_norm_) down_norm_->append_parameters(all);
  return all;
}

void TrainBlock::refresh(const Pool& pool) {
  attention_norm_.refresh();
  attention_.refresh(pool);
  if (attention_out_norm_) attention_out_norm_->refresh();
  feed_forward_norm_.refresh();
  feed_forward_.refresh(pool);
  if (down_norm_) down_norm_->refresh();
}

void TrainBlock::record(const Pool& pool, const Rope& rope, const float* x,
                        BlockRecord& record, TrainSpace& space) const {
  float* middle = record.middle.data();
  float* attended = attention_out_norm_ ? record.attention_out.data() : middle;
  attention_norm_.forward(pool, rows_, x, space.normed.data());
  attention_.forward(pool, rope, space.normed.data(), record.attention,
                     space.attention, attended);
  if (attention_out_norm_) {
    attention_out_norm_->forward(pool, rows_, attended, middle);
  }
  simd::add(x, middle, size_);
  feed_forward_norm_.forward(pool, rows_, middle, space.normed.data());
  feed_forward_.lift(pool, rows_, space.normed.data(), record.lifted.data());
  if (!down_norm_) return;
  feed_forward_.lower(pool, rows_, record.lifted.data(), space.activated.data(),
                      record.down_out.data());
}

void TrainBlock::forward(const Pool& pool, const Rope& rope, const float* x,
                         BlockRecord& kept, TrainSpace& space, float* y) const {
  record(pool, rope, x, kept, space);
  if (down_norm_) {
    down_norm_->forward(pool, rows_, kept.down_out.data(), y);
  } else {
    feed_forward_.lower(pool, rows_, kept.lifted.data(), space.activated.data(),
                        y);
  }
  simd::add(kept.middle.data(), y, size_);
}

// The gradient of what was added to the residual, before its norm.
const float* TrainBlock::branch_gradient(const Pool& pool,
                                         std::optional<TrainNorm>& norm,
                                         const FloatBuffer& before,
                                         const float* gradient,
                                         TrainSpace& space) const {
  if (!norm) return gradient;
  std::fill_n(space.branch.data(), size_, 0.0F);
  norm->backward(pool, rows_, before.data(), gradient, space.branch.data());
  return space.branch.data();
}

void TrainBlock::backward(const Pool& pool, const Rope& rope, const float* x,
                          BlockRecord& record, TrainSpace& space,
                          float* gradient) {
  float* normed = space.normed.data();
  float* change = space.change.data();
  const float* middle = record.middle.data();
  const float* dy =
      branch_gradient(pool, down_norm_, record.down_out, gradient, space);
  feed_forward_norm_.forward(pool, rows_, middle, normed);
  feed_forward_.backward(pool, rows_, normed, dy, record.lifted.data(),
                         space.activated.data(), space.products, change);
  feed_forward_norm_.backward(pool, rows_, middle, change, gradient);
  dy = branch_gradient(pool, attention_out_norm_, record.attention_out,
                       gradient, space);
  attention_norm_.forward(pool, rows_, x, normed);
  attention_.backward(pool, rope, normed, dy, record.attention, space.attention,
                      space.products, change);
  attention_norm_.backward(pool, rows_, x, change, gradient);
}

}  // namespace pi_ring
