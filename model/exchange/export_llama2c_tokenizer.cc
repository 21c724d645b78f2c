// Writes tokenizer.bin: int32 longest piece, then for each token f32 score,
// int32 length and the piece's bytes, all little-endian.
#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/new_file.h"
#include "model/base/wording.h"
#include "model/exchange/export_llama2c.h"
#include "model/exchange/llama2c_pieces.h"
#include "model/folder/shard_folder.h"
#include "model/text/byte_piece.h"
#include "model/text/score_merges.h"
#include "model/text/sentencepiece_manners.h"
#include "model/text/tokenizer_json.h"

namespace pi_ring {
namespace {

void require_layout(const TokenizerJson& tokenizer) {
  for (int id = 0; id < kLlama2cFirstPiece; ++id) {
    const std::string expected = llama2c_fixed_piece(id);
    const auto at = static_cast<size_t>(id);
    if (at < tokenizer.pieces.size() && tokenizer.pieces[at] == expected) {
      continue;
    }
    throw BadInput("token " + std::to_string(id) + " is not " +
                   in_quotes(expected) + ", which llama2.c expects there");
  }
}

// A piece's score is the place of its first rule, so that llama2.c, which joins
// the best-scored neighbours, goes by the rules' order. What no rule makes is a
// character, or never comes up.
std::vector<float> scores_of(const TokenizerJson& tokenizer) {
  std::vector<float> scores(tokenizer.pieces.size(), 0.0F);
  std::vector<bool> made(tokenizer.pieces.size());
  float rank = 0.0F;
  for (const Merge& merge : tokenizer.merges) {
    const auto product = static_cast<size_t>(merge.product);
    if (made[product]) continue;
    made[product] = true;
    scores[product] = --rank;
  }
  for (size_t id = kLlama2cFirstPiece; id < scores.size(); ++id) {
    if (!made[id]) scores[id] = --rank;
  }
  return scores;
}

using Rules = std::vector<std::tuple<int, int, int>>;

// The order of rules with the same product does not matter.
Rules by_product(const std::vector<Merge>& merges) {
  Rules rules;
  std::vector<int> order;
  for (const Merge& merge : merges) {
    if (order.empty() || order.back() != merge.product) {
      order.push_back(merge.product);
    }
    rules.emplace_back(static_cast<int>(order.size()), merge.left, merge.right);
  }
  std::ranges::sort(rules);
  return rules;
}

void require_scored(const TokenizerJson& tokenizer,
                    const std::vector<float>& scores) {
  const auto implied =
      merges_from_scores(tokenizer.pieces, scores, kLlama2cFirstPiece);
  if (by_product(implied) == by_product(tokenizer.merges)) return;
  throw BadInput(
      "its rules do not follow from a score a piece, and llama2.c knows "
      "nothing else");
}

std::string with_spaces(std::string_view piece) {
  std::string text;
  while (!piece.empty()) {
    const bool is_space = piece.starts_with(kSpacePiece);
    text += is_space ? ' ' : piece.front();
    piece.remove_prefix(is_space ? kSpacePiece.size() : 1);
  }
  return text;
}

template <typename Value>
void write_value(NewFile& out, Value value) {
  out.write(std::as_bytes(std::span(&value, 1)));
}

void write(const TokenizerJson& tokenizer, const std::vector<float>& scores,
           NewFile& out) {
  std::vector<std::string> pieces;
  size_t longest = 0;
  for (size_t id = 0; id < tokenizer.pieces.size(); ++id) {
    pieces.push_back(id < kLlama2cControls
                         ? llama2c_control_spelling(static_cast<int>(id))
                         : with_spaces(tokenizer.pieces[id]));
    longest = std::max(longest, pieces.back().size());
  }
  write_value(out, static_cast<int32_t>(longest));
  for (size_t id = 0; id < pieces.size(); ++id) {
    write_value(out, scores[id]);
    write_value(out, static_cast<int32_t>(pieces[id].size()));
    out.write(pieces[id]);
  }
}

}  // namespace

void export_llama2c_tokenizer(const std::filesystem::path& folder,
                              const std::filesystem::path& tokenizer_bin) {
  const std::filesystem::path file = folder / kTokenizerFile;
  const TokenizerJson tokenizer = read_tokenizer_json(file);
  std::vector<float> scores;
  try {
    require_layout(tokenizer);
    scores = scores_of(tokenizer);
    require_scored(tokenizer, scores);
  } catch (const BadInput& error) {
    throw BadInput(file, error.what());
  }
  NewFile out(tokenizer_bin);
  write(tokenizer, scores, out);
  out.commit();
}

}  // namespace pi_ring
