// The layers of one rank, forward and backward.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "model/architecture/config.h"
#include "model/math/pool.h"
#include "model/train/parameter.h"
#include "model/train/train_block.h"
#include "model/train/train_shape.h"

namespace pi_ring {

// What forward keeps until its backward.
struct TrainSlot {
  TrainSlot(const TrainSetup& setup, int blocks);

  std::vector<FloatBuffer> inputs;   // [blocks] of [rows, dim]
  std::vector<BlockRecord> records;  // [blocks], none where recomputed
};

class TrainStage {
 public:
  // Holds layers [begin, end), whose parameters are zero until they are set.
  TrainStage(const TrainSetup& setup, int begin, int end);

  // In the model's order; valid as long as the stage.
  std::vector<Parameter*> parameters();

  // Packs the values for the products. Call it after they change.
  void refresh(const Pool& pool);

  // x [rows, dim] in place. The slot keeps what backward needs, until the next
  // forward there.
  void forward(const Pool& pool, int slot, float* x);

  // Makes the gradient [rows, dim] of the output into that of the input, in
  // place, and adds to the parameters' gradients. Call it once for each
  // forward.
  void backward(const Pool& pool, int slot, float* gradient);

 private:
  const Rope& rope_of(size_t block) const {
    return ropes_.of_layer(config_, begin_ + static_cast<int>(block));
  }
  BlockRecord& record(TrainSlot& slot, size_t block);

  size_t size_;  // of x
  int length_;   // of a sequence
  ModelConfig config_;
  int begin_;  // the first layer
  Ropes ropes_;
  std::vector<std::unique_ptr<TrainBlock>> blocks_;
  std::vector<TrainSlot> slots_;
  std::optional<BlockRecord> record_;  // the only one, where recomputed
  std::optional<TrainSpace> space_;    // none without layers
};

}  // namespace pi_ring
