// One cache a layer.
#include "model/layers/text_cache.h"

#include <algorithm>

#include "model/folder/weights.h"

namespace pi_ring {

TextCache::TextCache(const Weights& weights, DType type) {
  check_cache_type(weights.config(), type);
  for (int layer = weights.shard().begin; layer < weights.shard().end;
       ++layer) {
    caches_.emplace_back(weights.config(), layer, type);
  }
}

bool TextCache::can_go_on_at(int position) const {
  return position >= 0 && position <= positions_ &&
         std::ranges::all_of(caches_, [&](const KvCache& cache) {
           return cache.can_go_on_at(position);
         });
}

void TextCache::extend(int position, int rows) {
  for (KvCache& cache : caches_) cache.make_room(position, rows);
  positions_ = position + rows;
}

size_t TextCache::bytes() const {
  size_t bytes = 0;
  for (const KvCache& cache : caches_) bytes += cache.bytes();
  return bytes;
}

}  // namespace pi_ring
