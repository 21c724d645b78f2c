// One layer of the transformer: attention and feed-forward, each behind a norm,
// in some families also before one, and beside a residual.
#pragma once

#include <optional>

#include "model/layers/attention.h"
#include "model/layers/feed_forward.h"
#include "model/layers/norm.h"

namespace pi_ring {

// Buffers that a block works in; all blocks of a rank share one.
struct BlockSpace {
  BlockSpace(const ModelConfig& config, int max_rows, Buffers& buffers);

  AttentionSpace attention;
  FeedForwardSpace feed_forward;
  FloatBuffer normed;  // [rows, dim]
  FloatBuffer change;  // [rows, dim]: what is added to the residual
};

class Block {
 public:
  Block(const Weights& weights, int layer, const Pool& pool);

  // x [rows, dim], from `position` on, in place.
  void forward(const Pool& pool, int position, int rows, const Rope& rope,
               KvCache& cache, BlockSpace& space, float* x) const;

 private:
  int dim_;
  Norm attention_norm_;
  Attention attention_;
  std::optional<Norm> attention_out_norm_;
  Norm feed_forward_norm_;
  FeedForward feed_forward_;
  std::optional<Norm> down_norm_;
};

}  // namespace pi_ring
