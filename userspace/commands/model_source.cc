#include "userspace/commands/model_source.h"

#include "model/base/bad_input.h"
#include "userspace/commands/ranks.h"

namespace pi_ring {

ModelSource source_of(const ModelFolder& model, int asked) {
  if (model.gguf() != nullptr) {
    throw BadInput(model.path(),
                   "is GGUF, expected a model's folder: training is in f32");
  }
  return {.model = model,
          .config = model.config(),
          .cut = choose_cut(model, asked),
          .tokenizer = model.tokenizer_folder(),
          .start = TrainPlan::Start::kModel};
}

void put_into(TrainPlan& plan, const ModelSource& source) {
  plan.config = source.config;
  plan.cut = source.cut;
  plan.start = source.start;
  if (source.model) plan.from = source.model->path().string();
}

}  // namespace pi_ring
