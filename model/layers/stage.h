// The layers that one rank holds.
#pragma once

#include <vector>

#include "model/layers/block.h"
#include "model/layers/text_cache.h"

namespace pi_ring {

// The most rows that are sent and computed at once: enough for the products to
// run near full speed, few enough that a prompt is several chunks, which keep
// all ranks busy. It is the same for every ring, so that results are too.
inline constexpr int kChunkRows = 32;

class Stage {
 public:
  // Holds the layers of the weights' shard; there may be none.
  Stage(const Weights& weights, const Pool& pool);

  // x [rows, dim], rows <= kChunkRows, from `position` of a text on, in place.
  // The text's cache, which is of the same weights, can go on there.
  void forward(const Pool& pool, int position, int rows, TextCache& cache,
               float* x);

  // The bytes that the layers of this shard work in at a text of this many
  // positions, beside weights and caches.
  static size_t buffer_bytes(const ModelConfig& config, const Shard& shard,
                             int positions);

 private:
  Stage(const Weights& weights, const Pool& pool, Buffers buffers);

  ModelConfig config_;
  int begin_;  // the first layer
  Ropes ropes_;
  BlockSpace space_;
  std::vector<Block> blocks_;
};

}  // namespace pi_ring
