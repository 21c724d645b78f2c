// How much a rank computes at once while it trains, and what the parts of
// training are built from.
#pragma once

#include "model/architecture/config.h"
#include "model/math/buffers.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

struct TrainShape {
  int sequences = 1;       // of a micro-batch
  int length = 1;          // of a sequence, in tokens
  int micro_batches = 1;   // of a step
  int in_flight = 1;       // forwards that may wait for their backward: slots
  bool recompute = false;  // keep the blocks' inputs only
  // What keys and values are rounded to, as a cache would: for evaluating only,
  // since a gradient knows nothing of it.
  DType cache_type = DType::F32;

  int rows() const { return sequences * length; }
};

// Valid as long as what it refers to.
struct TrainSetup {
  const ModelConfig& config;
  const TrainShape& shape;
  int threads;  // of the pool that will do the work
  Buffers& buffers;
};

}  // namespace pi_ring
