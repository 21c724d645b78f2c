#include "model/text/tokenizer_parts.h"

#include <algorithm>

#include "model/text/sentencepiece.h"

namespace pi_ring {

std::vector<NormalizerStep> sentencepiece_normalizer(bool prefix) {
  std::vector<NormalizerStep> steps;
  if (prefix) {
    steps.push_back({.kind = NormalizerStep::Kind::kPrepend,
                     .content = std::string(kSpacePiece)});
  }
  steps.push_back({.kind = NormalizerStep::Kind::kReplace,
                   .pattern = " ",
                   .content = std::string(kSpacePiece)});
  return steps;
}

bool is_plain_sentencepiece(const TokenizerParts& parts) {
  const bool has_text_tokens = std::ranges::any_of(
      parts.added, [](const AddedToken& added) { return !added.special; });
  return parts.spelling == TokenizerParts::Spelling::kSentencepiece &&
         parts.normalizer == sentencepiece_normalizer(/*prefix=*/true) &&
         parts.cuts.empty() && parts.priorities.empty() && !has_text_tokens &&
         parts.before.size() == 1 && parts.after.empty() &&
         !parts.ignore_merges && parts.drops_first_space;
}

}  // namespace pi_ring
