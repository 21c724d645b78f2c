// What training will take of a rank's memory, known before it is taken.
#pragma once

#include <cstddef>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/train/train_shape.h"

namespace pi_ring {

// In bytes: builds the rank's part of the training, and only counts.
size_t memory_needed(const ModelConfig& config, const Shard& shard,
                     const TrainShape& shape, int threads);

}  // namespace pi_ring
