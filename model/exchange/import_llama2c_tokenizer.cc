// Reads tokenizer.bin: int32 longest piece, then for each token f32 score,
// int32 length and the piece's bytes, all little-endian.
#include "model/exchange/import_llama2c_tokenizer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/mapped_file.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/exchange/llama2c_pieces.h"
#include "model/text/score_merges.h"
#include "model/text/sentencepiece_manners.h"
#include "model/text/tokenizer_json.h"

namespace pi_ring {
namespace {

class TokenizerBin {
 public:
  explicit TokenizerBin(std::string_view bytes) : bytes_(bytes) {
    longest_ = read_int();
  }

  float read_score() {
    const size_t at = offset_;
    const auto score = std::bit_cast<float>(read_word());
    if (!std::isfinite(score)) {
      throw BadInput("the score at " + place(at) + " is no number");
    }
    return score;
  }

  std::string read_piece() {
    const size_t at = offset_;
    const int64_t length = read_int();
    if (length < 0 || length > longest_) {
      throw BadInput("a piece of " + grouped(length) + " bytes at " +
                     place(at) + " where none exceeds " + grouped(longest_));
    }
    const std::string_view piece = take(length);
    if (find_invalid_utf8(piece) != piece.npos) {
      throw BadInput("the piece at " + place(at) + " is not UTF-8");
    }
    return std::string(piece);
  }

  void require_end(int vocab) const {
    if (offset_ == bytes_.size()) return;
    throw BadInput("holds more than the model's " + grouped(vocab) +
                   " tokens, which end at " + place(offset_));
  }

 private:
  static std::string place(size_t offset) {
    return "byte " + std::to_string(offset);
  }

  std::string_view take(size_t count) {
    if (count > bytes_.size() - offset_) {
      throw BadInput("is cut short: " + grouped(static_cast<int64_t>(count)) +
                     " bytes wanted at " + place(offset_) + " of " +
                     std::to_string(bytes_.size()));
    }
    offset_ += count;
    return bytes_.substr(offset_ - count, count);
  }

  uint32_t read_word() {
    uint32_t word = 0;
    int shift = 0;
    for (const char byte : take(sizeof word)) {
      word |= uint32_t{static_cast<unsigned char>(byte)} << shift;
      shift += 8;
    }
    return word;
  }

  int32_t read_int() { return static_cast<int32_t>(read_word()); }

  std::string_view bytes_;
  size_t offset_ = 0;
  int64_t longest_ = 0;
};

std::string with_space_pieces(std::string_view piece) {
  std::string text;
  for (const char byte : piece) {
    if (byte == ' ') {
      text += kSpacePiece;
    } else {
      text += byte;
    }
  }
  return text;
}

void require_piece(int id, const std::string& piece,
                   const std::string& expected) {
  if (piece == expected) return;
  throw BadInput("token " + std::to_string(id) + " is " + in_quotes(piece) +
                 " where " + in_quotes(expected) + " belongs");
}

std::string import_piece(int id, const std::string& piece) {
  if (id >= kLlama2cFirstPiece) return with_space_pieces(piece);
  std::string fixed = llama2c_fixed_piece(id);
  if (piece != fixed) {
    require_piece(id, piece,
                  id < kLlama2cControls ? llama2c_control_spelling(id) : fixed);
  }
  return fixed;
}

// Every text begins with a space here, so a vocabulary without one is none.
void require_distinct_and_space(const std::vector<std::string>& pieces) {
  std::unordered_map<std::string_view, size_t> ids;
  for (size_t id = 0; id < pieces.size(); ++id) {
    const auto [known, is_new] = ids.emplace(pieces[id], id);
    if (is_new) continue;
    throw BadInput("tokens " + std::to_string(known->second) + " and " +
                   std::to_string(id) + " are both " + in_quotes(pieces[id]));
  }
  if (!ids.contains(kSpacePiece)) throw BadInput("has no token for the space");
}

TokenizerJson read_tokenizer_bin(std::string_view bytes, int vocab) {
  if (vocab < kLlama2cFirstPiece) {
    throw BadInput("a model of " + grouped(vocab) + " tokens has no room for " +
                   grouped(kLlama2cFirstPiece) + " control and byte tokens");
  }
  TokenizerBin bin(bytes);
  TokenizerJson tokenizer;
  std::vector<float> scores;
  for (int id = 0; id < vocab; ++id) {
    scores.push_back(bin.read_score());
    tokenizer.pieces.push_back(import_piece(id, bin.read_piece()));
  }
  bin.require_end(vocab);
  require_distinct_and_space(tokenizer.pieces);
  tokenizer.control.resize(vocab);
  std::fill_n(tokenizer.control.begin(), kLlama2cControls, true);
  tokenizer.merges =
      merges_from_scores(tokenizer.pieces, scores, kLlama2cFirstPiece);
  return tokenizer;
}

}  // namespace

void import_llama2c_tokenizer(const std::filesystem::path& tokenizer_bin,
                              int vocab, const std::filesystem::path& folder) {
  const MappedFile bytes(tokenizer_bin);
  try {
    write_tokenizer_json(read_tokenizer_bin(bytes.text(), vocab),
                         folder / "tokenizer.json");
  } catch (const BadInput& error) {
    throw BadInput(tokenizer_bin, error.what());
  }
}

}  // namespace pi_ring
