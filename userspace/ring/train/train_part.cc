// Draws, reads, updates and writes the values of a part.
#include "userspace/ring/train/train_part.h"

#include <algorithm>

#include "model/folder/weights.h"
#include "model/train/checkpoint.h"
#include "model/train/initialize.h"

namespace pi_ring {

TrainPart::TrainPart(const TrainPlan& plan, int rank, const Pool& pool)
    : plan_(plan), shard_(plan.shard_of(rank)), pool_(pool), adam_(plan.adam) {
  const TrainShape shape = plan.shape_of(rank);
  Buffers buffers;
  const TrainSetup setup{plan.config, shape, pool.threads(), buffers};
  if (shard_.begin < shard_.end) {
    stage_ = std::make_unique<TrainStage>(setup, shard_.begin, shard_.end);
    parameters_ = stage_->parameters();
  }
  if (shard_.is_head()) {
    ends_ = std::make_unique<TrainEnds>(setup);
    const std::vector<Parameter*> ends = ends_->parameters();
    parameters_.insert(parameters_.end(), ends.begin(), ends.end());
  }
  fill();
  refresh();
}

void TrainPart::fill() {
  switch (plan_.start) {
    case TrainPlan::Start::kDraw:
      for (Parameter* parameter : parameters_) {
        initialize(plan_.config, plan_.seed, *parameter);
      }
      break;
    case TrainPlan::Start::kModel:
      load(Weights(plan_.from, shard_.ranks, shard_.rank), parameters_);
      break;
    case TrainPlan::Start::kValues:
      Checkpoint(plan_.from).load(parameters_);
      zero_moments();
      break;
    case TrainPlan::Start::kCheckpoint:
      Checkpoint(plan_.from).load(parameters_);
      break;
  }
}

void TrainPart::zero_moments() {
  for (Parameter* parameter : parameters_) {
    for (FloatBuffer* moment :
         {&parameter->first_moment, &parameter->second_moment}) {
      std::fill_n(moment->data(), moment->size(), 0.0F);
    }
  }
}

void TrainPart::refresh() {
  if (stage_) stage_->refresh(pool_);
  if (ends_) ends_->refresh(pool_);
}

void TrainPart::update(float learning_rate, float scale, int64_t step) {
  if (step > 0) {
    adam_.update(pool_, parameters_, learning_rate, scale, step);
    refresh();
  }
  zero_gradients(parameters_);
}

void TrainPart::write(int64_t step) const {
  const std::vector<const Parameter*> parameters(parameters_.begin(),
                                                 parameters_.end());
  write_rank(plan_.save, {.step = step, .run = plan_.run}, plan_.config, shard_,
             parameters, plan_.tokenizer);
}

}  // namespace pi_ring
