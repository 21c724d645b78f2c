// Causal self-attention with grouped queries, over a cache of the past.
#pragma once

#include <optional>

#include "model/architecture/config.h"
#include "model/layers/affine.h"
#include "model/layers/kv_cache.h"
#include "model/layers/norm.h"
#include "model/layers/rope.h"
#include "model/math/buffers.h"
#include "model/math/pool.h"

namespace pi_ring {

class Weights;

// Buffers that attention works in; all layers of a rank share one.
struct AttentionSpace {
  AttentionSpace(const ModelConfig& config, int max_rows, Buffers& buffers);

  // Makes each head's scores reach to this many positions.
  void reach(const ModelConfig& config, int positions);
  // The floats that they then take: they grow with the text, in steps, since a
  // context may be long.
  static size_t scores_to_reach(const ModelConfig& config, int positions);

  float* scores_of(int head, const ModelConfig& config) {
    return scores.data() +
           floats(head) * (scores.size() / floats(config.heads));
  }

  FloatBuffer qkv;       // [rows, qkv_dim]: queries, keys, values
  FloatBuffer scores;    // [heads, positions that were reached]
  FloatBuffer attended;  // [rows, q_dim]

  static constexpr int kStep = 1024;  // positions
};

class Attention {
 public:
  Attention(const Weights& weights, int layer, const Pool& pool);

  // x [rows, dim], from `position` on -> y [rows, dim]. Fills the cache at
  // these positions; it can go on there.
  void forward(const Pool& pool, int position, int rows, const Rope& rope,
               const float* x, KvCache& cache, AttentionSpace& space,
               float* y) const;

 private:
  void store(int position, int rows, const Rope& rope, KvCache& cache,
             float* qkv) const;
  void attend(int head, int position, int rows, const Rope& rope,
              const KvCache& cache, AttentionSpace& space) const;

  ModelConfig config_;
  int layer_;
  Affine qkv_;
  std::optional<Norm> query_norm_;  // of each head's vector
  std::optional<Norm> key_norm_;
  Affine output_;
};

}  // namespace pi_ring
