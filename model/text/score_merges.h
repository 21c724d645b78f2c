// Scores become merge order: how llama2.c's kind of vocabulary, which knows
// only how good each piece is, reads as a list of rules.
#pragma once

#include <string>
#include <vector>

#include "model/text/bpe.h"

namespace pi_ring {

// All ways to make a piece from two others, the best-scored piece first. The
// pieces before `first` are neither made nor used. Merging by this list gives
// what joining the best-scored neighbours, leftmost first, would; only where
// a piece is made in two ways in overlapping places can a list not say
// "leftmost", nor where different pieces share a score.
std::vector<Merge> merges_from_scores(const std::vector<std::string>& pieces,
                                      const std::vector<float>& scores,
                                      int first);

}  // namespace pi_ring
