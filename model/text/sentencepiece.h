// SentencePiece's conventions, and how a tokenizer.json states them: ▁ stands
// for a space, <0x0A> for a byte, and a text begins with the begin token and a
// space.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "model/text/tokenizer_stages.h"

namespace pi_ring {

inline constexpr std::string_view kSpacePiece = "\u2581";
inline constexpr int kByteValues = 256;

// "<0x0A>" for 10: a piece for one byte, of a character that has no piece.
std::string byte_piece(int byte);

// The byte that the piece stands for, if it is such a piece.
std::optional<unsigned char> byte_of_piece(std::string_view piece);

// The text of a piece that is no such one, with spaces for ▁.
std::string with_spaces(const std::string& piece);

// JSON that is the same in every such file.
extern const char* const kSentencepieceNormalizer;
extern const char* const kSentencepieceDecoder;

// The post-processor that puts this token before a text.
nlohmann::ordered_json sentencepiece_post_processor(const PlacedToken& begin);

}  // namespace pi_ring
