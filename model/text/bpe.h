// Byte-pair encoding's one step, repeated: two neighbours become one token.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace pi_ring {

// A rule: `left` followed by `right` becomes `product`. Its rank is its place
// in the list of rules.
struct Merge {
  int left = 0;
  int right = 0;
  int product = 0;

  bool operator==(const Merge&) const = default;
};

class Bpe {
 public:
  // Where a pair stands twice, the later rule counts.
  explicit Bpe(std::vector<Merge> merges);

  // Applies the rule of the lowest rank, leftmost first, until none applies:
  // O(n log n) in the number of tokens, of which there are fewer than 2^32.
  std::vector<int> merge(const std::vector<int>& tokens) const;

 private:
  class Run;

  std::vector<Merge> merges_;
  std::unordered_map<uint64_t, uint32_t> ranks_;  // by pair_key()
};

}  // namespace pi_ring
