// The stages around the model of a tokenizer.json: normalizer, pre_tokenizer,
// post_processor and decoder.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// A token that the post-processor puts before or after a text.
struct PlacedToken {
  std::string piece;
  int64_t id = 0;
};

struct TokenizerStages {
  std::vector<NormalizerStep> normalizer;
  std::vector<CutStep> cuts;
  TokenizerParts::Spelling spelling = TokenizerParts::Spelling::kSentencepiece;
  std::vector<PlacedToken> before;
  std::vector<PlacedToken> after;
  bool drops_first_space = false;
};

// Throws BadInput with the name of the stage that is damaged or not supported.
TokenizerStages read_tokenizer_stages(const nlohmann::json& tokenizer);

}  // namespace pi_ring
