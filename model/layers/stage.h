// The layers that one rank holds, with their caches.
#pragma once

#include <vector>

#include "model/layers/block.h"

namespace pi_ring {

// The most rows that are sent and computed at once: enough for the products to
// run near full speed, few enough that a prompt is several chunks, which keep
// all ranks busy. It is the same for every ring, so that results are too.
inline constexpr int kChunkRows = 32;

class Stage {
 public:
  // Holds the layers of the weights' shard; there may be none.
  Stage(const Weights& weights, const Pool& pool);

  // x [rows, dim], rows <= kChunkRows, from `position` on, in place. All
  // positions below must have been computed. A position that was computed
  // before is overwritten, and those above it are forgotten.
  void forward(const Pool& pool, int position, int rows, float* x);

  // The bytes that the caches take for `positions`.
  size_t cache_bytes(int positions) const;

  // The bytes that the layers of this shard work in, beside weights and caches.
  static size_t buffer_bytes(const ModelConfig& config, const Shard& shard);

 private:
  Stage(const Weights& weights, const Pool& pool, Buffers buffers);

  ModelConfig config_;
  int begin_;  // the first layer
  Ropes ropes_;
  BlockSpace space_;
  std::vector<Block> blocks_;
  std::vector<KvCache> caches_;  // one a block
};

}  // namespace pi_ring
