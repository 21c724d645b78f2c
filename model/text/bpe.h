// Byte-pair encoding: two neighbouring tokens become one, again and again, by a
// list of merges.
#pragma once

#include <cstdint>
#include <span>
#include <string>
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
  // If two merges have the same pair, the later one counts. With `priorities`,
  // one for each merge, these decide instead of the ranks.
  explicit Bpe(const std::vector<Merge>& merges,
               std::vector<uint32_t> priorities = {});

  // Applies the merge of the lowest rank, leftmost first, until none applies,
  // and appends the tokens that remain. Takes O(n log n) for n tokens; n must
  // be less than 2^32.
  void append_merged(std::span<const int> tokens,
                     std::vector<int>& merged) const;

 private:
  class Run;
  class ShortRun;

  struct Product {
    int right;
    int token;
    uint32_t priority;
  };

  const Product* find(int left, int right) const;

  // The merges of a left token are from first_[left] to first_[left + 1],
  // sorted by the right one. No file can make this search slow.
  std::vector<uint32_t> first_;
  std::vector<Product> products_;
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
// The same of the pieces that are `mergeable`.
std::vector<Merge> merges_from_scores(const std::vector<std::string>& pieces,
                                      const std::vector<float>& scores,
                                      const std::vector<bool>& mergeable);

// The place of each merge's score among the different scores. A Bpe with these
// priorities makes no exception. `merges` are those of merges_from_scores().
std::vector<uint32_t> priorities_from_scores(const std::vector<Merge>& merges,
                                             const std::vector<float>& scores);

}  // namespace pi_ring
