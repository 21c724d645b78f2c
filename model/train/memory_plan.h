// What training will take of a rank's memory, worked out before it starts.
#pragma once

#include <cstddef>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/train/train_shape.h"

namespace pi_ring {

// In bytes.
struct MemoryPlan {
  size_t values = 0;       // the parameters
  size_t gradients = 0;    // as large
  size_t moments = 0;      // twice as large
  size_t packed = 0;       // the matrices in XNNPACK's order, both ways
  size_t activations = 0;  // what the slots keep for backward
  size_t buffers = 0;      // what the work at hand needs

  size_t total() const {
    return values + gradients + moments + packed + activations + buffers;
  }
};

MemoryPlan memory_needed(const ModelConfig& config, const Shard& shard,
                         const TrainShape& shape, int threads);

}  // namespace pi_ring
