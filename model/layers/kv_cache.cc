// Memory for keys and values, left untouched until it is written.
#include "model/layers/kv_cache.h"

#include <new>

namespace pi_ring {

// calloc hands out zero pages that cost nothing before the first write, which
// new and vector, by clearing them, would touch.
KvCache::Floats KvCache::untouched(size_t count) {
  Floats floats(static_cast<float*>(std::calloc(count, sizeof(float))));
  if (floats == nullptr) {
    throw std::bad_alloc();
  }
  return floats;
}

KvCache::KvCache(const ModelConfig& config)
    : per_head_(floats(config.context, config.head_dim())),
      keys_(untouched(per_head_ * floats(config.kv_heads))),
      values_(untouched(per_head_ * floats(config.kv_heads))) {}

size_t KvCache::bytes(const ModelConfig& config, int positions) {
  return 2 * sizeof(float) * floats(positions, config.kv_dim());
}

}  // namespace pi_ring
