// Causal self-attention with grouped queries, over a cache of the past.
#pragma once

#include "model/architecture/config.h"
#include "model/layers/kv_cache.h"
#include "model/layers/rope.h"
#include "model/math/float_buffer.h"
#include "model/math/linear.h"
#include "model/math/pool.h"

namespace pi_ring {

class Weights;

// Buffers that attention works in; all layers of a rank share one.
struct AttentionSpace {
  AttentionSpace(const ModelConfig& config, int max_rows);

  FloatBuffer qkv;       // [rows, dim + 2 kv_dim]: queries, keys, values
  FloatBuffer scores;    // [heads, context]
  FloatBuffer attended;  // [rows, dim]
};

class Attention {
 public:
  Attention(const Weights& weights, int layer, const Pool& pool);

  // x [rows, dim], from `position` on -> y [rows, dim]. Fills the cache at
  // these positions; it must hold the positions before them already.
  void forward(const Pool& pool, int position, int rows, const Rope& rope,
               const float* x, KvCache& cache, AttentionSpace& space,
               float* y) const;

 private:
  void store(int position, int rows, const Rope& rope, KvCache& cache,
             float* qkv) const;
  void attend(int head, int position, int rows, const Rope& rope,
              KvCache& cache, AttentionSpace& space) const;

  ModelConfig config_;
  Linear qkv_;
  Linear output_;
};

}  // namespace pi_ring
