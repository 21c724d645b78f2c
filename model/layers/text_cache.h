// What one text has left in the layers of a rank: the keys and values of its
// positions so far.
#pragma once

#include <cstddef>
#include <vector>

#include "model/layers/kv_cache.h"

namespace pi_ring {

class Weights;

class TextCache {
 public:
  // For the layers of the weights' shard. The weights outlive it.
  TextCache(const Weights& weights, DType type);

  // Whether the text can go on with tokens from `position` on: those before it
  // were computed, and what it sees of them is kept.
  bool can_go_on_at(int position) const;

  // Makes room for `rows` tokens from `position` on, and forgets those after
  // them. Throws std::logic_error where it cannot go on there.
  void extend(int position, int rows);

  KvCache& of_block(size_t block) { return caches_[block]; }
  size_t bytes() const;

 private:
  std::vector<KvCache> caches_;  // one a block
  int positions_ = 0;
};

}  // namespace pi_ring
