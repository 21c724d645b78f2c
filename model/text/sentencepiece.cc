// Spells bytes as pieces, and writes the stages of a tokenizer.json.
#include "model/text/sentencepiece.h"

namespace pi_ring {

using nlohmann::ordered_json;

const char* const kSentencepieceNormalizer = R"({
  "type": "Sequence",
  "normalizers": [
    {"type": "Prepend", "prepend": "▁"},
    {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
  ]
})";

const char* const kSentencepieceDecoder = R"({
  "type": "Sequence",
  "decoders": [
    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
    {"type": "ByteFallback"},
    {"type": "Fuse"},
    {"type": "Strip", "content": " ", "start": 1, "stop": 0}
  ]
})";

namespace {

constexpr std::string_view kDigits = "0123456789ABCDEF";

ordered_json begin_then_text(const std::string& piece) {
  return {{{"SpecialToken", {{"id", piece}, {"type_id", 0}}}},
          {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}};
}

}  // namespace

std::string byte_piece(int byte) {
  return std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">";
}

std::optional<unsigned char> byte_of_piece(std::string_view piece) {
  if (piece.size() != 6 || !piece.starts_with("<0x") || piece[5] != '>') {
    return std::nullopt;
  }
  const size_t high = kDigits.find(piece[3]);
  const size_t low = kDigits.find(piece[4]);
  if (high == kDigits.npos || low == kDigits.npos) return std::nullopt;
  return static_cast<unsigned char>(high << 4 | low);
}

std::string with_spaces(const std::string& piece) {
  std::string bytes;
  size_t from = 0;
  for (size_t at; (at = piece.find(kSpacePiece, from)) != piece.npos;
       from = at + kSpacePiece.size()) {
    bytes.append(piece, from, at - from) += ' ';
  }
  return bytes.append(piece, from);
}

ordered_json sentencepiece_post_processor(const PlacedToken& begin) {
  ordered_json pair = begin_then_text(begin.piece);
  for (ordered_json step : begin_then_text(begin.piece)) {
    step.front()["type_id"] = 1;
    if (step.contains("Sequence")) step.front()["id"] = "B";
    pair.push_back(std::move(step));
  }
  return {{"type", "TemplateProcessing"},
          {"single", begin_then_text(begin.piece)},
          {"pair", std::move(pair)},
          {"special_tokens",
           {{begin.piece,
             {{"id", begin.piece},
              {"ids", ordered_json::array({begin.id})},
              {"tokens", ordered_json::array({begin.piece})}}}}}};
}

}  // namespace pi_ring
