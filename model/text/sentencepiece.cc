// Compares the parts of a tokenizer.json with SentencePiece's, and writes them.
#include "model/text/sentencepiece.h"

#include "model/base/bad_input.h"
#include "model/base/wording.h"

namespace pi_ring {

using nlohmann::json;
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

json at_or_null(const json& whole, const json::json_pointer& place) {
  return whole.contains(place) ? whole.at(place) : json();
}

// The type of the part, for an error.
std::string kind_of(const json& part) {
  const json type = at_or_null(part, json::json_pointer("/type"));
  if (type.is_string()) return in_quotes(type.get_ref<const std::string&>());
  return part.is_null() ? "null" : "without a type";
}

[[noreturn]] void refuse(const std::string& name, const json& part) {
  throw BadInput(name + " " + kind_of(part) +
                 " is not supported, only SentencePiece's is");
}

void require_same(const json& tokenizer, const std::string& name,
                  const char* expected) {
  const json part = at_or_null(tokenizer, json::json_pointer("/" + name));
  if (part != json::parse(expected)) refuse(name, part);
}

ordered_json begin_then_text(const std::string& piece) {
  return {{{"SpecialToken", {{"id", piece}, {"type_id", 0}}}},
          {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}};
}

BeginToken begin_token_of(const json& tokenizer) {
  const json::json_pointer place("/post_processor");
  const json piece = at_or_null(
      tokenizer, place / "single" / size_t{0} / "SpecialToken" / "id");
  if (!piece.is_string())
    refuse("post_processor", at_or_null(tokenizer, place));
  const json ids = at_or_null(
      tokenizer, place / "special_tokens" / piece.get<std::string>() / "ids");
  const bool known =
      at_or_null(tokenizer, place / "type") == "TemplateProcessing" &&
      at_or_null(tokenizer, place / "single") ==
          json(begin_then_text(piece.get<std::string>())) &&
      ids.is_array() && ids.size() == 1 && ids[0].is_number_integer();
  if (!known) refuse("post_processor", at_or_null(tokenizer, place));
  return {piece.get<std::string>(), ids[0].get<int64_t>()};
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

BeginToken require_sentencepiece(const json& tokenizer) {
  require_same(tokenizer, "pre_tokenizer", "null");
  require_same(tokenizer, "normalizer", kSentencepieceNormalizer);
  require_same(tokenizer, "decoder", kSentencepieceDecoder);
  return begin_token_of(tokenizer);
}

ordered_json sentencepiece_post_processor(const BeginToken& begin) {
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
