// A rank's blocks in turn, and in reverse.
#include "model/train/train_stage.h"

#include <algorithm>
#include <stdexcept>

namespace pi_ring {

TrainSlot::TrainSlot(const ModelConfig& config, const TrainShape& shape,
                     int blocks) {
  for (int i = 0; i < blocks; ++i) {
    inputs.emplace_back(floats(shape.rows(), config.dim));
    if (!shape.recompute) records.emplace_back(config, shape);
  }
}

TrainStage::TrainStage(const ModelConfig& config, int begin, int end,
                       const TrainShape& shape, const Pool& pool)
    : size_(floats(shape.rows(), config.dim)),
      rope_(config.head_dim(), config.rope_theta, shape.length) {
  rope_.set_positions(0, shape.length);
  if (begin >= end) return;
  for (int layer = begin; layer < end; ++layer) {
    blocks_.push_back(std::make_unique<TrainBlock>(config, layer, shape, pool));
  }
  for (int slot = 0; slot < shape.in_flight; ++slot) {
    slots_.emplace_back(config, shape, end - begin);
  }
  if (shape.recompute) record_.emplace(config, shape);
  space_.emplace(config, shape, pool.threads());
}

std::vector<Parameter*> TrainStage::parameters() {
  std::vector<Parameter*> all;
  for (const auto& block : blocks_) {
    std::ranges::copy(block->parameters(), std::back_inserter(all));
  }
  return all;
}

void TrainStage::refresh(const Pool& pool) {
  for (const auto& block : blocks_) block->refresh(pool);
}

BlockRecord& TrainStage::record(TrainSlot& slot, size_t block) {
  return record_ ? *record_ : slot.records[block];
}

void TrainStage::forward(const Pool& pool, int slot, float* x) {
  if (blocks_.empty()) return;
  TrainSlot& kept = slots_.at(static_cast<size_t>(slot));
  for (size_t i = 0; i < blocks_.size(); ++i) {
    float* input = kept.inputs[i].data();
    std::copy_n(x, size_, input);
    blocks_[i]->forward(pool, rope_, input, record(kept, i), *space_, x);
  }
}

void TrainStage::backward(const Pool& pool, int slot, float* gradient) {
  if (blocks_.empty()) return;
  TrainSlot& kept = slots_.at(static_cast<size_t>(slot));
  for (size_t i = blocks_.size(); i-- > 0;) {
    const float* input = kept.inputs[i].data();
    BlockRecord& activations = record(kept, i);
    if (record_) {
      blocks_[i]->record(pool, rope_, input, activations, *space_);
    }
    blocks_[i]->backward(pool, rope_, input, activations, *space_, gradient);
  }
}

}  // namespace pi_ring
