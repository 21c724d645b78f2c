// Runs a rank's blocks, one after the other.
#include "model/layers/stage.h"

#include "model/folder/weights.h"

namespace pi_ring {
namespace {

Ropes ropes_of(const ModelConfig& config, Buffers& buffers) {
  return {config, kChunkRows, buffers};
}

// A head that has no layers of its own needs no rows to work in.
BlockSpace space_of(const ModelConfig& config, const Shard& shard,
                    Buffers& buffers) {
  return {config, shard.begin < shard.end ? kChunkRows : 0, buffers};
}

}  // namespace

Stage::Stage(const Weights& weights, const Pool& pool)
    : Stage(weights, pool, Buffers()) {}

Stage::Stage(const Weights& weights, const Pool& pool, Buffers buffers)
    : config_(weights.config()),
      begin_(weights.shard().begin),
      ropes_(ropes_of(config_, buffers)),
      space_(space_of(config_, weights.shard(), buffers)) {
  for (int layer = weights.shard().begin; layer < weights.shard().end;
       ++layer) {
    blocks_.emplace_back(weights, layer, pool);
  }
}

void Stage::forward(const Pool& pool, int position, int rows, TextCache& cache,
                    float* x) {
  cache.extend(position, rows);
  ropes_.set_positions(position, rows);
  for (size_t i = 0; i < blocks_.size(); ++i) {
    const Rope& rope = ropes_.of_layer(config_, begin_ + static_cast<int>(i));
    blocks_[i].forward(pool, position, rows, rope, cache.of_block(i), space_,
                       x);
  }
}

size_t Stage::buffer_bytes(const ModelConfig& config, const Shard& shard,
                           int positions) {
  Buffers buffers(Buffers::Mode::kCount);
  ropes_of(config, buffers);
  space_of(config, shard, buffers);
  if (shard.begin < shard.end) {
    buffers.take(AttentionSpace::scores_to_reach(config, positions));
  }
  return buffers.bytes();
}

}  // namespace pi_ring
