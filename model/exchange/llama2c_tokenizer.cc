// A tokenizer.bin is the length of the longest piece as int32, then for each
// token its score as f32, the length of its piece as int32, and the bytes of
// the piece. All numbers are little-endian.
#include "model/exchange/llama2c_tokenizer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/exchange/piece_scores.h"
#include "model/folder/shard_folder.h"
#include "model/text/bpe.h"
#include "model/text/sentencepiece.h"
#include "model/text/tokenizer_json.h"

namespace pi_ring {
namespace {

constexpr int kLlama2cControls = 3;  // unknown, begin, end
constexpr int kLlama2cFirstPiece = kLlama2cControls + kByteValues;

// The piece that belongs there in a tokenizer.json.
std::string llama2c_fixed_piece(int id) {
  constexpr const char* kControls[] = {"<unk>", "<s>", "</s>"};
  if (id < kLlama2cControls) return kControls[id];
  return byte_piece(id - kLlama2cControls);
}

// How tokenizer.bin spells a control token.
std::string llama2c_control_spelling(int id) {
  constexpr const char* kControls[] = {"<unk>", "\n<s>\n", "\n</s>\n"};
  return kControls[id];
}

class TokenizerBin {
 public:
  explicit TokenizerBin(std::string_view bytes) : bytes_(bytes) {
    longest_ = read_int();
  }

  float read_score() {
    const size_t at = offset_;
    const auto score = std::bit_cast<float>(read_word());
    if (!std::isfinite(score)) {
      throw BadInput("the score at " + place(at) + " is not a finite number");
    }
    return score;
  }

  std::string read_piece() {
    const size_t at = offset_;
    const int64_t length = read_int();
    if (length < 0 || length > longest_) {
      throw BadInput("the piece at " + place(at) + " has " + grouped(length) +
                     " bytes, expected 0 to " + grouped(longest_));
    }
    const std::string_view piece = take(length);
    if (find_invalid_utf8(piece) != piece.npos) {
      throw BadInput("the piece at " + place(at) + " is not UTF-8");
    }
    return std::string(piece);
  }

  void require_end(int vocab) const {
    if (offset_ == bytes_.size()) return;
    throw BadInput("has more than the model's " + grouped(vocab) +
                   " tokens, which end at " + place(offset_));
  }

 private:
  static std::string place(size_t offset) {
    return "byte " + std::to_string(offset);
  }

  std::string_view take(size_t count) {
    if (count > bytes_.size() - offset_) {
      throw BadInput("is cut short: it needs " + grouped(count) + " bytes at " +
                     place(offset_) + ", and has " + grouped(bytes_.size()) +
                     " bytes in all");
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
                 ", expected " + in_quotes(expected));
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

// Every text begins with a space here, so a vocabulary needs one.
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

TokenizerParts read_tokenizer_bin(std::string_view bytes, int vocab) {
  if (vocab < kLlama2cFirstPiece) {
    throw BadInput("a model of " + grouped(vocab) +
                   " tokens is too small for the " +
                   grouped(kLlama2cFirstPiece) + " control and byte tokens");
  }
  TokenizerBin bin(bytes);
  TokenizerParts tokenizer;
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

void require_layout(const TokenizerParts& tokenizer) {
  if (!is_plain_sentencepiece(tokenizer)) {
    throw BadInput(
        "it is not a SentencePiece tokenizer, which is all that llama2.c's "
        "format holds");
  }
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

void write(const TokenizerParts& tokenizer, const std::vector<float>& scores,
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

void export_llama2c_tokenizer(const std::filesystem::path& folder,
                              const std::filesystem::path& tokenizer_bin) {
  const std::filesystem::path file = folder / kTokenizerFile;
  const TokenizerParts tokenizer = read_tokenizer_json(file);
  std::vector<float> scores;
  try {
    require_layout(tokenizer);
    std::vector<bool> mergeable(tokenizer.pieces.size(), true);
    std::fill_n(mergeable.begin(), kLlama2cFirstPiece, false);
    scores = piece_scores(tokenizer, mergeable);
  } catch (const BadInput& error) {
    throw BadInput(file, error.what());
  }
  NewFile out(tokenizer_bin);
  write(tokenizer, scores, out);
  out.commit();
}

}  // namespace pi_ring
