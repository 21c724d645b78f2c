// One layer's keys and values of all positions so far.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

#include "model/architecture/config.h"
#include "model/math/float_buffer.h"

namespace pi_ring {

// Layout [kv_heads, context, head_dim], so that a head reads its past in one
// sweep. Memory is taken by the kernel only as positions are filled.
class KvCache {
 public:
  explicit KvCache(const ModelConfig& config);

  float* keys(int kv_head) { return keys_.get() + at(kv_head); }
  float* values(int kv_head) { return values_.get() + at(kv_head); }

  // The bytes that `positions` of one layer take.
  static size_t bytes(const ModelConfig& config, int positions);

 private:
  struct Free {
    void operator()(float* floats) const { std::free(floats); }
  };
  using Floats = std::unique_ptr<float[], Free>;

  static Floats untouched(size_t count);

  size_t at(int kv_head) const { return floats(kv_head) * per_head_; }

  size_t per_head_;  // floats
  Floats keys_;
  Floats values_;
};

}  // namespace pi_ring
