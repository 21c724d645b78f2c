// Writes a tokenizer as a tokenizer.json that Hugging Face's tools read too.
#include <nlohmann/json.hpp>

#include "model/base/new_file.h"
#include "model/text/sentencepiece_manners.h"
#include "model/text/tokenizer_json.h"

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

ordered_json added_tokens(const TokenizerJson& tokenizer) {
  auto tokens = ordered_json::array();
  for (size_t id = 0; id < tokenizer.pieces.size(); ++id) {
    if (!tokenizer.control[id]) continue;
    tokens.push_back({{"id", id},
                      {"content", tokenizer.pieces[id]},
                      {"single_word", false},
                      {"lstrip", false},
                      {"rstrip", false},
                      {"normalized", false},
                      {"special", true}});
  }
  return tokens;
}

// By id, as people expect it; ordered_json's own insertion would search the
// whole list for each piece.
ordered_json vocabulary(const TokenizerJson& tokenizer) {
  ordered_json::object_t pieces;
  pieces.reserve(tokenizer.pieces.size());
  for (size_t id = 0; id < tokenizer.pieces.size(); ++id) {
    pieces.push_back({tokenizer.pieces[id], id});
  }
  return pieces;
}

ordered_json merges(const TokenizerJson& tokenizer) {
  auto list = ordered_json::array();
  for (const Merge& merge : tokenizer.merges) {
    list.push_back(tokenizer.pieces[merge.left] + " " +
                   tokenizer.pieces[merge.right]);
  }
  return list;
}

ordered_json model(const TokenizerJson& tokenizer) {
  return {
      {"type", "BPE"},
      {"dropout", nullptr},
      {"unk_token", tokenizer.unknown < 0
                        ? ordered_json()
                        : ordered_json(tokenizer.pieces[tokenizer.unknown])},
      {"continuing_subword_prefix", nullptr},
      {"end_of_word_suffix", nullptr},
      {"fuse_unk", tokenizer.fuse_unknown},
      {"byte_fallback", tokenizer.byte_fallback},
      {"vocab", vocabulary(tokenizer)},
      {"merges", merges(tokenizer)}};
}

}  // namespace

void write_tokenizer_json(const TokenizerJson& tokenizer,
                          const std::filesystem::path& file) {
  const BeginToken begin{tokenizer.pieces[tokenizer.begin], tokenizer.begin};
  const ordered_json content = {
      {"version", "1.0"},
      {"truncation", nullptr},
      {"padding", nullptr},
      {"added_tokens", added_tokens(tokenizer)},
      {"normalizer", ordered_json::parse(kSentencepieceNormalizer)},
      {"pre_tokenizer", nullptr},
      {"post_processor", sentencepiece_post_processor(begin)},
      {"decoder", ordered_json::parse(kSentencepieceDecoder)},
      {"model", model(tokenizer)}};
  NewFile out(file);
  out.write(content.dump(2) + "\n");
  out.commit();
}

}  // namespace pi_ring
