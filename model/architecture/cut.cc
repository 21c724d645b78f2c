// Shares a model's layers among the ranks.
#include "model/architecture/cut.h"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace pi_ring {

Cut even_cut(int layers, int ranks) {
  if (ranks < 1 || layers < 0 || ranks - 1 > layers) {
    throw std::invalid_argument(
        std::to_string(ranks) + " ranks for " + std::to_string(layers) +
        " layers, expected 1 to " + std::to_string(int64_t{layers} + 1));
  }
  const int holders = ranks == 1 ? 1 : ranks - 1;
  Cut shards;
  int begin = 0;
  for (int rank = 0; rank < ranks; ++rank) {
    const int share = rank < holders
                          ? layers / holders + (rank < layers % holders ? 1 : 0)
                          : 0;
    shards.push_back({rank, ranks, begin, begin + share});
    begin += share;
  }
  return shards;
}

bool covers(const Cut& cut, int layers) {
  const int ranks = static_cast<int>(cut.size());
  int next = 0;
  for (int rank = 0; rank < ranks; ++rank) {
    const Shard& shard = cut[static_cast<size_t>(rank)];
    const bool has_layers = shard.begin < shard.end;
    const bool should_have = ranks == 1 || !shard.is_head();
    if (shard.rank != rank || shard.ranks != ranks || shard.begin != next ||
        has_layers != should_have) {
      return false;
    }
    next = shard.end;
  }
  return ranks > 0 && next == layers;
}

}  // namespace pi_ring
