// SentencePiece's conventions, as a tokenizer.json states them: ▁ for a space,
// one before the text, the begin token first, and <0x0A> for a byte.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace pi_ring {

inline constexpr std::string_view kSpacePiece = "\u2581";
inline constexpr int kByteValues = 256;

// <0x0A>: the piece that stands for one byte of a character without a piece.
std::string byte_piece(unsigned char byte);

// The byte that the piece stands for, if it is such a piece.
std::optional<unsigned char> byte_of_piece(std::string_view piece);

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
