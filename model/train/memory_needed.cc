// Builds what a rank trains, without memory.
#include "model/train/memory_needed.h"

#include "model/train/train_ends.h"
#include "model/train/train_stage.h"

namespace pi_ring {

size_t memory_needed(const ModelConfig& config, const Shard& shard,
                     const TrainShape& shape, int threads) {
  Buffers buffers(Buffers::Mode::kCount);
  const TrainSetup setup{config, shape, threads, buffers};
  if (shard.begin < shard.end) TrainStage(setup, shard.begin, shard.end);
  if (shard.is_head()) TrainEnds{setup};
  return buffers.bytes();
}

}  // namespace pi_ring
