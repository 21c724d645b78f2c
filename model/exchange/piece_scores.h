// A score for each piece of a tokenizer, for formats that hold no merges.
#pragma once

#include <vector>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// Scores by which joining the neighbours of the best score follows the order of
// the merges. `mergeable` are the pieces that text may become. Throws BadInput
// where the merges do not follow from such scores; those of SentencePiece's
// vocabularies do.
std::vector<float> piece_scores(const TokenizerParts& tokenizer,
                                const std::vector<bool>& mergeable);

}  // namespace pi_ring
