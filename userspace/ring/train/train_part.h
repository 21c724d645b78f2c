// The part of a model that one rank trains: its layers and, on the head, both
// ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "model/architecture/cut.h"
#include "model/folder/model_folder.h"
#include "model/math/pool.h"
#include "model/train/train_ends.h"
#include "model/train/train_stage.h"
#include "userspace/ring/train/train_plan.h"

namespace pi_ring {

class TrainPart {
 public:
  // Allocates its memory, and gives the parameters their first values. `model`
  // is what the plan starts from; where it is null, the one at plan.from is
  // opened. Throws BadInput.
  TrainPart(const TrainPlan& plan, int rank, const Pool& pool,
            const ModelFolder* model);

  TrainStage& stage() { return *stage_; }  // on ranks with layers
  TrainEnds& ends() { return *ends_; }     // on the head

  // In the model's order: first of the layers, then of the ends.
  const std::vector<Parameter*>& parameters() const { return parameters_; }

  // Updates the values and zeroes the gradients; step 0 only zeroes.
  void update(float learning_rate, float scale, int64_t step);

  // Writes this rank's part of a checkpoint into plan.save.
  void write(int64_t step) const;

 private:
  void draw();
  void load_from(const ModelFolder& model);
  void refresh();

  const TrainPlan& plan_;
  Shard shard_;
  const Pool& pool_;
  AdamW adam_;
  std::unique_ptr<TrainStage> stage_;
  std::unique_ptr<TrainEnds> ends_;
  std::vector<Parameter*> parameters_;
};

}  // namespace pi_ring
