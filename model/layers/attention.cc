// Queries, keys, values; scores; the weighted sum; the output projection.
#include "model/layers/attention.h"

#include <algorithm>

#include "model/folder/weights.h"
#include "model/math/simd.h"

namespace pi_ring {

AttentionSpace::AttentionSpace(const ModelConfig& config, int max_rows,
                               Buffers& buffers)
    : qkv(buffers.take(floats(max_rows, config.qkv_dim()))),
      attended(buffers.take(floats(max_rows, config.q_dim()))) {}

size_t AttentionSpace::scores_to_reach(const ModelConfig& config,
                                       int positions) {
  const int steps = (positions + kStep - 1) / kStep;
  return floats(config.heads, std::min(config.context, steps * kStep));
}

void AttentionSpace::reach(const ModelConfig& config, int positions) {
  const size_t needed = scores_to_reach(config, positions);
  if (needed > scores.size()) scores = FloatBuffer(needed);
}

Attention::Attention(const Weights& weights, int layer, const Pool& pool)
    : config_(weights.config()),
      layer_(layer),
      qkv_(weights, layer, config_.dim, kQueryKeyValueRoles, pool),
      output_(weights, layer, config_.q_dim(), kAttentionOutRoles, pool) {
  if (!has_role(*config_.architecture, Role::kQueryNorm)) return;
  query_norm_.emplace(weights, Role::kQueryNorm, layer);
  key_norm_.emplace(weights, Role::kKeyNorm, layer);
}

// Moves the rows' keys, rotated, and values from the product to the cache.
void Attention::store(int position, int rows, const Rope& rope, KvCache& cache,
                      float* qkv) const {
  const int width = config_.head_dim();
  for (int row = 0; row < rows; ++row) {
    float* key = qkv + floats(row, config_.qkv_dim()) + config_.q_dim();
    const float* value = key + config_.kv_dim();
    if (key_norm_) key_norm_->forward(config_.kv_heads, key, key);
    for (int head = 0; head < config_.kv_heads; ++head) {
      rope.forward(row, key);
      cache.store(head, position + row, key, value);
      key += width;
      value += width;
    }
  }
}

// One head over all rows; each row sees the past and itself.
void Attention::attend(int head, int position, int rows, const Rope& rope,
                       const KvCache& cache, AttentionSpace& space) const {
  const size_t offset = floats(head, config_.head_dim());
  const int kv_head = head / (config_.heads / config_.kv_heads);
  const float scale = config_.score_scale();
  float* scores = space.scores_of(head, config_);
  for (int row = 0; row < rows; ++row) {
    const int first = config_.first_seen(layer_, position + row);
    const int seen = position + row + 1 - first;
    float* query = space.qkv.data() + floats(row, config_.qkv_dim()) + offset;
    if (query_norm_) query_norm_->forward(1, query, query);
    rope.forward(row, query);
    cache.dots(kv_head, first, seen, query, scale, scores);
    simd::softmax(scores, floats(seen));
    cache.weighted_sum(
        kv_head, first, seen, scores,
        space.attended.data() + floats(row, config_.q_dim()) + offset);
  }
}

void Attention::forward(const Pool& pool, int position, int rows,
                        const Rope& rope, const float* x, KvCache& cache,
                        AttentionSpace& space, float* y) const {
  qkv_.run(pool, rows, x, space.qkv.data());
  space.reach(config_, position + rows);
  store(position, rows, rope, cache, space.qkv.data());
  pool.each(floats(config_.heads), [&](size_t head) {
    attend(static_cast<int>(head), position, rows, rope, cache, space);
  });
  output_.run(pool, rows, space.attended.data(), y);
}

}  // namespace pi_ring
