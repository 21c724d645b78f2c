// A model to be trained or measured, and where its ranks find it.
#pragma once

#include <filesystem>

#include "userspace/ring/train/train_plan.h"

namespace pi_ring {

struct ModelSource {
  ModelConfig config;
  int ranks = 1;
  std::filesystem::path tokenizer;  // the folder with tokenizer.json
  TrainPlan::Start start = TrainPlan::Start::kModel;
  std::filesystem::path from;  // what `start` speaks of
};

// A model's folder, its shards, or a checkpoint, which any number of ranks can
// share. `asked` is 0 where the user left the ranks open. Throws WrongCall or
// BadInput.
ModelSource find_model(const std::filesystem::path& model, int asked);

}  // namespace pi_ring
