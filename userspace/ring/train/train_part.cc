// Draws, reads, updates and writes the values of a part.
#include "userspace/ring/train/train_part.h"

#include "model/folder/weights.h"
#include "model/train/checkpoint.h"
#include "model/train/initialize.h"

namespace pi_ring {

TrainPart::TrainPart(const TrainPlan& plan, int rank, const Pool& pool,
                     const ModelFolder* model)
    : plan_(plan),
      shard_(plan.cut.at(static_cast<size_t>(rank))),
      pool_(pool),
      adam_(plan.adam) {
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
  if (plan.start == TrainPlan::Start::kDraw) {
    draw();
  } else if (model != nullptr) {
    load_from(*model);
  } else {
    load_from(ModelFolder(plan.from));
  }
  refresh();
}

void TrainPart::draw() {
  for (Parameter* parameter : parameters_) {
    initialize(plan_.config, plan_.seed, *parameter);
  }
}

void TrainPart::load_from(const ModelFolder& model) {
  if (plan_.start == TrainPlan::Start::kCheckpoint) {
    load_checkpoint(model, parameters_);
  } else {
    load(Weights(model, shard_), parameters_);
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
