// Queries, keys, values; scores; the weighted sum; the output projection.
#include "model/layers/attention.h"

#include <algorithm>

#include "model/folder/weights.h"
#include "model/math/simd.h"

namespace pi_ring {

AttentionSpace::AttentionSpace(const ModelConfig& config, int max_rows,
                               Buffers& buffers)
    : qkv(buffers.take(floats(max_rows, config.qkv_dim()))),
      scores(buffers.take(
          floats(max_rows > 0 ? config.heads : 0, config.context))),
      attended(buffers.take(floats(max_rows, config.q_dim()))) {}

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
    const size_t at = floats(position + row, width);
    for (int head = 0; head < config_.kv_heads; ++head) {
      rope.forward(row, key);
      std::copy_n(key, width, cache.keys(head) + at);
      std::copy_n(value, width, cache.values(head) + at);
      key += width;
      value += width;
    }
  }
}

// One head over all rows; each row sees the past and itself.
void Attention::attend(int head, int position, int rows, const Rope& rope,
                       KvCache& cache, AttentionSpace& space) const {
  const size_t width = floats(config_.head_dim());
  const size_t offset = floats(head, config_.head_dim());
  const int kv_head = head / (config_.heads / config_.kv_heads);
  const float scale = config_.score_scale();
  float* scores = space.scores.data() + floats(head, config_.context);
  for (int row = 0; row < rows; ++row) {
    const int first = config_.first_seen(layer_, position + row);
    const size_t seen = floats(position + row + 1 - first);
    const size_t past = floats(first) * width;
    float* query = space.qkv.data() + floats(row, config_.qkv_dim()) + offset;
    if (query_norm_) query_norm_->forward(1, query, query);
    rope.forward(row, query);
    simd::dots(query, cache.keys(kv_head) + past, seen, width, scale, scores);
    simd::softmax(scores, seen);
    simd::weighted_sum(
        scores, cache.values(kv_head) + past, seen, width,
        space.attended.data() + floats(row, config_.q_dim()) + offset);
  }
}

void Attention::forward(const Pool& pool, int position, int rows,
                        const Rope& rope, const float* x, KvCache& cache,
                        AttentionSpace& space, float* y) const {
  qkv_.run(pool, rows, x, space.qkv.data());
  store(position, rows, rope, cache, space.qkv.data());
  pool.each(floats(config_.heads), [&](size_t head) {
    attend(static_cast<int>(head), position, rows, rope, cache, space);
  });
  output_.run(pool, rows, space.attended.data(), y);
}

}  // namespace pi_ring
