// What a tokenizer.json says around its BPE when it behaves as SentencePiece
// does: ▁ for a space, one before the text, the begin token before all.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace pi_ring {

inline constexpr std::string_view kSpacePiece = "\u2581";

// These two, as JSON, are the same in every such file.
extern const char* const kSentencepieceNormalizer;
extern const char* const kSentencepieceDecoder;

struct BeginToken {
  std::string piece;
  int64_t id = 0;
};

// Throws BadInput, naming the part, where one is not SentencePiece's; else
// gives the token that the post-processor puts first.
BeginToken require_sentencepiece_manners(const nlohmann::json& tokenizer);

// The post-processor that does that.
nlohmann::ordered_json sentencepiece_post_processor(const BeginToken& begin);

}  // namespace pi_ring
