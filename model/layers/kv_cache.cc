// Pages of keys and values.
#include "model/layers/kv_cache.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "model/base/bad_input.h"
#include "model/math/float_buffer.h"

namespace pi_ring {
namespace {

int page_of(int position) { return position / KvCache::kPage; }

size_t bytes_of_page(const ModelConfig& config, DType type) {
  return 2 * floats(config.kv_heads, KvCache::kPage) *
         bytes_of(type, floats(config.head_dim()));
}

}  // namespace

int cache_code(DType type) {
  return static_cast<int>(std::ranges::find(kCacheTypes, type) -
                          kCacheTypes.begin());
}

void check_cache_type(const ModelConfig& config, DType type) {
  const auto block = static_cast<int>(block_of(type).values);
  if (config.head_dim() % block == 0) return;
  throw BadInput("a cache in blocks of " + std::to_string(block) +
                 " numbers (q8_0) does not fit " + config.name +
                 ", whose heads have " + std::to_string(config.head_dim()) +
                 ": use f16 or f32");
}

KvCache::KvCache(const ModelConfig& config, int layer, DType type)
    : config_(&config),
      layer_(layer),
      type_(type),
      row_bytes_(bytes_of(type, floats(config.head_dim()))),
      page_bytes_(bytes_of_page(config, type)) {
  check_cache_type(config, type);
}

KvCache::Page KvCache::new_page() const {
  return Page(new (std::align_val_t{kAlignment}) std::byte[page_bytes_]);
}

bool KvCache::can_go_on_at(int position) const {
  const int first = config_->first_seen(layer_, position);
  if (first == position) return true;  // it sees nothing before itself
  return page_of(first) >= first_page_ &&
         page_of(position - 1) < first_page_ + static_cast<int>(pages_.size());
}

// Pages that are dropped in front are behind the others after the rotation,
// where they are used again.
void KvCache::make_room(int position, int rows) {
  if (!can_go_on_at(position)) {
    throw std::logic_error("a cache is asked for positions that it dropped");
  }
  const int first = page_of(config_->first_seen(layer_, position));
  const int end = page_of(position + rows - 1) + 1;
  const int dropped =
      std::clamp(first - first_page_, 0, static_cast<int>(pages_.size()));
  std::rotate(pages_.begin(), pages_.begin() + dropped, pages_.end());
  first_page_ = first;
  pages_.resize(std::min(pages_.size(), floats(end - first)));
  while (pages_.size() < floats(end - first)) pages_.push_back(new_page());
}

std::byte* KvCache::row(int kv_head, int position) const {
  const auto page = static_cast<size_t>(page_of(position) - first_page_);
  const size_t at = floats(kv_head, kPage) + floats(position % kPage);
  return pages_[page].get() + at * row_bytes_;
}

void KvCache::store(int kv_head, int position, const float* key,
                    const float* value) {
  const size_t width = floats(config_->head_dim());
  std::byte* at = row(kv_head, position);
  simd::store_row(type_, key, width, at);
  simd::store_row(type_, value, width, at + page_bytes_ / 2);
}

// Calls use(position, count) for the part of the positions in each page.
template <typename Use>
void KvCache::each_run(int first, int count, const Use& use) const {
  const int end = first + count;
  while (first < end) {
    const int next = std::min(end, (page_of(first) + 1) * kPage);
    use(first, next - first);
    first = next;
  }
}

void KvCache::dots(int kv_head, int first, int count, const float* query,
                   float scale, float* scores) const {
  each_run(first, count, [&](int position, int run) {
    const simd::CacheRows keys{type_, row(kv_head, position), floats(run),
                               floats(config_->head_dim())};
    simd::dots(query, keys, scale, scores + (position - first));
  });
}

void KvCache::weighted_sum(int kv_head, int first, int count,
                           const float* weights, float* y) const {
  std::fill_n(y, config_->head_dim(), 0.0F);
  each_run(first, count, [&](int position, int run) {
    const simd::CacheRows values{type_,
                                 row(kv_head, position) + page_bytes_ / 2,
                                 floats(run), floats(config_->head_dim())};
    simd::add_weighted_rows(weights + (position - first), values, y);
  });
}

// The positions of a window and a page more, the most that is computed at once,
// may begin and end in the middle of a page.
size_t KvCache::bytes(const ModelConfig& config, int layer, DType type,
                      int positions) {
  int pages = page_of(positions + kPage - 1);
  if (config.is_windowed(layer)) {
    const int seen = config.window - 1 + kPage;
    pages = std::min(pages, page_of(seen - 2) + 2);
  }
  return floats(pages) * bytes_of_page(config, type);
}

}  // namespace pi_ring
