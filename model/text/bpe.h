// Byte-pair encoding: two neighbouring tokens become one, again and again, by a
// list of merges.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace pi_ring {

// `left` followed by `right` becomes `product`. The rank of a merge is its
// place in the list of merges.
struct Merge {
  int left = 0;
  int right = 0;
  int product = 0;

  bool operator==(const Merge&) const = default;
};

class Bpe {
 public:
  // If two merges have the same pair, the later one counts.
  explicit Bpe(std::vector<Merge> merges);

  // Applies the merge of the lowest rank, leftmost first, until none applies.
  // Takes O(n log n) for n tokens; n must be less than 2^32.
  std::vector<int> merge(const std::vector<int>& tokens) const;

 private:
  class Run;

  std::vector<Merge> merges_;
  std::unordered_map<uint64_t, uint32_t> ranks_;  // by pair_key()
};

// Turns the scores of pieces, which are all that llama2.c's vocabularies have,
// into merges: all ways to make a piece from two others, the piece of the best
// score first. Pieces before `first` are neither made nor used. Merging by this
// list gives the same tokens as joining the neighbours of the best score,
// leftmost first, with two exceptions where a list cannot say "leftmost": if a
// piece can be made in two ways in overlapping places, and if different pieces
// have one score.
std::vector<Merge> merges_from_scores(const std::vector<std::string>& pieces,
                                      const std::vector<float>& scores,
                                      int first);

}  // namespace pi_ring
