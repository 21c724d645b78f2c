// Runs a rank's blocks forward, and backward in reverse order.
#include "model/train/train_stage.h"

#include <algorithm>
#include <stdexcept>

namespace pi_ring {

TrainSlot::TrainSlot(const TrainSetup& setup, int blocks) {
  const size_t input = floats(setup.shape.rows(), setup.config.dim);
  for (int i = 0; i < blocks; ++i) {
    inputs.push_back(setup.buffers.take(input));
    if (!setup.shape.recompute) records.emplace_back(setup);
  }
}

TrainStage::TrainStage(const TrainSetup& setup, int begin, int end)
    : size_(floats(setup.shape.rows(), setup.config.dim)),
      length_(setup.shape.length),
      config_(setup.config),
      begin_(begin),
      ropes_(setup.config, length_, setup.buffers) {
  if (begin >= end) return;
  for (int layer = begin; layer < end; ++layer) {
    blocks_.push_back(std::make_unique<TrainBlock>(setup, layer));
  }
  for (int slot = 0; slot < setup.shape.in_flight; ++slot) {
    slots_.emplace_back(setup, end - begin);
  }
  if (setup.shape.recompute) record_.emplace(setup);
  space_.emplace(setup);
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
  ropes_.set_positions(0, length_);
  TrainSlot& kept = slots_.at(static_cast<size_t>(slot));
  for (size_t i = 0; i < blocks_.size(); ++i) {
    float* input = kept.inputs[i].data();
    std::copy_n(x, size_, input);
    blocks_[i]->forward(pool, rope_of(i), input, record(kept, i), *space_, x);
  }
}

void TrainStage::backward(const Pool& pool, int slot, float* gradient) {
  if (blocks_.empty()) return;
  TrainSlot& kept = slots_.at(static_cast<size_t>(slot));
  for (size_t i = blocks_.size(); i-- > 0;) {
    const float* input = kept.inputs[i].data();
    BlockRecord& activations = record(kept, i);
    if (record_) {
      blocks_[i]->record(pool, rope_of(i), input, activations, *space_);
    }
    blocks_[i]->backward(pool, rope_of(i), input, activations, *space_,
                         gradient);
  }
}

}  // namespace pi_ring
