// Byte-pair encoding's one step, repeated: two neighbours become one token.
#pragma once

#include <cstdint>
#include <string>
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

// All ways to make a piece from two others, the best-scored piece first. The
// pieces before `first` are neither made nor used. Merging by this list gives
// what joining the best-scored neighbours, leftmost first, would; only where
// a piece is made in two ways in overlapping places can a list not say
// "leftmost", nor where different pieces share a score.
std::vector<Merge> merges_from_scores(const std::vector<std::string>& pieces,
                                      const std::vector<float>& scores,
                                      int first);

}  // namespace pi_ring
