// One layer's keys and values of one text.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "model/architecture/config.h"
#include "model/math/cache_rows.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// What a cache may hold its numbers as.
inline constexpr std::array kCacheTypes = {DType::F32, DType::F16, DType::Q8_0};

// The place of a type among them, by which it travels.
int cache_code(DType type);

// Throws BadInput where the model's heads are not whole blocks of this type.
void check_cache_type(const ModelConfig& config, DType type);

// Memory is taken in pages of kPage positions as they are filled. Where a layer
// sees a window only, pages that no later token sees are used again. A page is
// [kv_heads, kPage, head_dim] of keys, then of values, so that a head reads its
// past in long sweeps.
class KvCache {
 public:
  static constexpr int kPage = 32;  // positions

  // The config outlives it.
  KvCache(const ModelConfig& config, int layer, DType type);

  // Whether all that a token at `position` sees is still here, or was never
  // dropped.
  bool can_go_on_at(int position) const;

  // Takes memory for `rows` positions from `position` on, and forgets those
  // after them. Throws std::logic_error where it cannot go on there.
  void make_room(int position, int rows);

  // Writes one head's key and value [head_dim], in the room that was made.
  void store(int kv_head, int position, const float* key, const float* value);

  // scores[i] = scale * dot(query, key of first + i), for `count` positions
  void dots(int kv_head, int first, int count, const float* query, float scale,
            float* scores) const;
  // y [head_dim] = sum of weights[i] * value of first + i
  void weighted_sum(int kv_head, int first, int count, const float* weights,
                    float* y) const;

  // The bytes that it holds now.
  size_t bytes() const { return pages_.size() * page_bytes_; }
  // The most bytes that a layer's cache holds until a text has this many
  // positions.
  static size_t bytes(const ModelConfig& config, int layer, DType type,
                      int positions);

 private:
  static constexpr size_t kAlignment = 64;  // bytes: a cache line
  struct Free {
    void operator()(std::byte* bytes) const {
      operator delete[](bytes, std::align_val_t{kAlignment});
    }
  };
  using Page = std::unique_ptr<std::byte[], Free>;

  Page new_page() const;
  std::byte* row(int kv_head, int position) const;
  template <typename Use>
  void each_run(int first, int count, const Use& use) const;

  const ModelConfig* config_;
  int layer_;
  DType type_;
  size_t row_bytes_;   // of one head at one position
  size_t page_bytes_;  // half of them for keys
  int first_page_ = 0;
  std::vector<Page> pages_;  // those from first_page_ on
};

}  // namespace pi_ring
