// Queries, keys, values; scores; the weighted sum; the output projection.
#include "model/layers/attention.h"

#include <algorithm>
#include <cmath>

#include "model/folder/weights.h"
#include "model/math/simd.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

size_t qkv_width(const ModelConfig& config) {
  return static_cast<size_t>(config.dim) +
         2 * static_cast<size_t>(config.kv_dim());
}

}  // namespace

AttentionSpace::AttentionSpace(const ModelConfig& config, int max_rows)
    : qkv(qkv_width(config) * static_cast<size_t>(max_rows)),
      scores(static_cast<size_t>(config.heads) *
             static_cast<size_t>(config.context)),
      attended(static_cast<size_t>(config.dim) *
               static_cast<size_t>(max_rows)) {}

Attention::Attention(const Weights& weights, const std::string& prefix,
                     const Pool& pool)
    : config_(weights.config()),
      qkv_(config_.dim, static_cast<int>(qkv_width(config_)), pool),
      output_(config_.dim, config_.dim, pool) {
  const auto append = [&](Linear& to, const char* name, int outputs) {
    Tensor tensor = weights.take(prefix + "self_attn." + name + ".weight",
                                 {outputs, config_.dim});
    to.append(tensor, outputs);
  };
  append(qkv_, "q_proj", config_.dim);
  append(qkv_, "k_proj", config_.kv_dim());
  append(qkv_, "v_proj", config_.kv_dim());
  append(output_, "o_proj", config_.dim);
}

// Moves the rows' keys, turned, and values from the product to the cache.
void Attention::store(int position, int rows, const Rope& rope, KvCache& cache,
                      float* qkv) const {
  const int width = config_.head_dim();
  for (int row = 0; row < rows; ++row) {
    float* key =
        qkv + static_cast<size_t>(row) * qkv_width(config_) + config_.dim;
    const float* value = key + config_.kv_dim();
    const ptrdiff_t at = static_cast<ptrdiff_t>(position + row) * width;
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
  const auto width = static_cast<size_t>(config_.head_dim());
  const auto offset = static_cast<size_t>(head) * width;
  const int kv_head = head / (config_.heads / config_.kv_heads);
  const float scale = 1.0F / std::sqrt(static_cast<float>(width));
  float* scores =
      space.scores.data() +
      static_cast<size_t>(head) * static_cast<size_t>(config_.context);
  for (int row = 0; row < rows; ++row) {
    const auto at = static_cast<size_t>(row);
    const auto seen = static_cast<size_t>(position) + at + 1;
    float* query = space.qkv.data() + at * qkv_width(config_) + offset;
    rope.forward(row, query);
    simd::dots(query, cache.keys(kv_head), seen, width, scale, scores);
    simd::softmax(scores, seen);
    simd::weighted_sum(
        scores, cache.values(kv_head), seen, width,
        space.attended.data() + at * static_cast<size_t>(config_.dim) + offset);
  }
}

void Attention::forward(const Pool& pool, int position, int rows,
                        const Rope& rope, const float* x, KvCache& cache,
                        AttentionSpace& space, float* y) const {
  qkv_.run(pool, rows, x, space.qkv.data());
  store(position, rows, rope, cache, space.qkv.data());
  pool.each(static_cast<size_t>(config_.heads), [&](size_t head) {
    attend(static_cast<int>(head), position, rows, rope, cache, space);
  });
  output_.run(pool, rows, space.attended.data(), y);
}

}  // namespace pi_ring
