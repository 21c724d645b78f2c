// What one rank trains: its layers and, on the head, both ends of the model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "model/architecture/cut.h"
#include "model/math/pool.h"
#include "model/train/train_ends.h"
#include "model/train/train_stage.h"
#include "userspace/ring/train/train_plan.h"

namespace pi_ring {

class TrainPart {
 public:
  // Takes its memory, and gives the parameters their first values. Throws
  // BadInput.
  TrainPart(const TrainPlan& plan, int rank, const Pool& pool);

  TrainStage& stage() { return *stage_; }  // not where the head has no layers
  TrainEnds& ends() { return *ends_; }     // on the head

  // In the model's order: the layers', then the ends'.
  const std::vector<Parameter*>& parameters() const { return parameters_; }

  // Moves the values and forgets the gradients; step 0 only forgets.
  void update(float learning_rate, float scale, int64_t step);

  // This rank's part of a checkpoint in plan.save.
  void write(int64_t step) const;

 private:
  void fill();
  void forget_moments();
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
