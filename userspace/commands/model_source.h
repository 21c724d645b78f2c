// What a training or an evaluation starts from, opened once, and how it is cut.
#pragma once

#include <filesystem>
#include <optional>

#include "model/folder/model_folder.h"
#include "userspace/ring/train/train_plan.h"

namespace pi_ring {

struct ModelSource {
  std::optional<ModelFolder> model;  // none where the values are drawn
  ModelConfig config;
  Cut cut;
  std::filesystem::path tokenizer;  // the folder with tokenizer.json
  TrainPlan::Start start = TrainPlan::Start::kDraw;

  const ModelFolder* opened() const { return model ? &*model : nullptr; }
  int ranks() const { return static_cast<int>(cut.size()); }
};

// `asked` is 0 where the user left the ranks open. Throws WrongCall or
// BadInput.
ModelSource source_of(const ModelFolder& model, int asked);

// Says in the plan what the source says.
void put_into(TrainPlan& plan, const ModelSource& source);

}  // namespace pi_ring
