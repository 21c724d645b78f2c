// Cuts text into characters and merges them to pieces of the vocabulary.
#include "model/text/tokenizer.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <unordered_map>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/mapped_file.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/text/bpe.h"
#include "model/text/sentencepiece.h"
#include "model/text/tokenizer_json.h"

namespace pi_ring {
namespace {

constexpr int kNone = -1;
// Positions in a text are 32 bits wide while it is merged.
constexpr size_t kLongestText = size_t{1} << 31;

// The bytes that the piece stands for; ▁ is a space.
std::string bytes_of_piece(const std::string& piece) {
  if (const auto byte = byte_of_piece(piece)) {
    return std::string(1, static_cast<char>(*byte));
  }
  std::string bytes;
  size_t from = 0;
  for (size_t at; (at = piece.find(kSpacePiece, from)) != piece.npos;
       from = at + kSpacePiece.size()) {
    bytes.append(piece, from, at - from) += ' ';
  }
  return bytes.append(piece, from);
}

void require_text(std::string_view text) {
  if (text.size() > kLongestText) throw BadInput("the text exceeds 2 GiB");
  const size_t offset = find_invalid_utf8(text);
  if (offset == text.npos) return;
  throw BadInput("the text is not UTF-8 at byte " + std::to_string(offset));
}

}  // namespace

class Tokenizer::Tables {
 public:
  explicit Tables(const TokenizerJson& stored)
      : begin_(stored.begin),
        unknown_(stored.unknown),
        byte_fallback_(stored.byte_fallback),
        fuse_unknown_(stored.fuse_unknown),
        bpe_(stored.merges) {
    byte_tokens_.fill(kNone);
    bytes_.resize(stored.pieces.size());
    for (size_t id = 0; id < stored.pieces.size(); ++id) {
      if (!stored.control[id])
        add_piece(stored.pieces[id], static_cast<int>(id));
    }
    parts_before_space_ = can_part(' ', kSpacePiece, stored.merges);
    parts_before_line_end_ = can_part('\n', "\n", stored.merges);
  }

  std::vector<int> encode(std::string_view text) const {
    std::vector<int> tokens = {begin_};
    if (text.empty()) return tokens;
    std::vector<int> all;
    all.reserve(text.size() + 1);
    append_character(kSpacePiece, all);
    append_characters(text, all);
    const std::vector<int> merged = bpe_.merge(all);
    tokens.insert(tokens.end(), merged.begin(), merged.end());
    return tokens;
  }

  std::vector<int> encode_within(std::string_view text) const {
    std::vector<int> all;
    all.reserve(text.size());
    append_characters(text, all);
    return bpe_.merge(all);
  }

  bool parts_before(char character) const {
    return character == ' ' ? parts_before_space_
                            : character == '\n' && parts_before_line_end_;
  }

  const std::string& bytes(int token) const { return bytes_.at(token); }
  size_t size() const { return bytes_.size(); }

 private:
  void add_piece(const std::string& piece, int id) {
    bytes_[id] = bytes_of_piece(piece);
    if (const auto byte = byte_of_piece(piece)) {
      byte_tokens_[*byte] = id;
    } else if (!piece.empty() &&
               first_utf8_sequence(piece).length == piece.size()) {
      characters_[piece] = id;
    }
  }

  // A token that spans the cut comes from a merge whose right half begins with
  // the character and whose left half ends with another one. The character must
  // be known, because unknown characters may become one token with those before
  // them.
  bool can_part(char character, std::string_view piece,
                const std::vector<Merge>& merges) const {
    const bool known = characters_.contains(std::string(piece)) ||
                       (has_bytes(piece) && piece.size() == 1);
    return known && std::ranges::none_of(merges, [&](const Merge& merge) {
             return bytes_[merge.right].starts_with(character) &&
                    !bytes_[merge.left].ends_with(character);
           });
  }

  void append_characters(std::string_view text,
                         std::vector<int>& tokens) const {
    while (!text.empty()) {
      const size_t length = first_utf8_sequence(text).length;
      append_character(text[0] == ' ' ? kSpacePiece : text.substr(0, length),
                       tokens);
      text.remove_prefix(length);
    }
  }

  void append_character(std::string_view character,
                        std::vector<int>& tokens) const {
    // The character has at most four bytes, so the string takes no heap memory.
    const auto found = characters_.find(std::string(character));
    if (found != characters_.end()) {
      tokens.push_back(found->second);
    } else if (has_bytes(character)) {
      for (const char byte : character) tokens.push_back(byte_token(byte));
    } else if (!fuse_unknown_ || tokens.empty() || tokens.back() != unknown_) {
      tokens.push_back(unknown_);
    }
  }

  bool has_bytes(std::string_view character) const {
    if (!byte_fallback_) return false;
    for (const char byte : character) {
      if (byte_token(byte) == kNone) return false;
    }
    return true;
  }

  int byte_token(char byte) const {
    return byte_tokens_[static_cast<unsigned char>(byte)];
  }

  int begin_;
  int unknown_;
  bool byte_fallback_;
  bool fuse_unknown_;
  bool parts_before_space_ = false;
  bool parts_before_line_end_ = false;
  Bpe bpe_;
  std::vector<std::string> bytes_;  // by token
  std::array<int, kByteValues> byte_tokens_;
  std::unordered_map<std::string, int> characters_;
};

Tokenizer::Tokenizer(const std::filesystem::path& folder, int vocab) {
  const std::filesystem::path file = folder / "tokenizer.json";
  const TokenizerJson stored = read_tokenizer_json(file);
  const auto count = static_cast<int64_t>(stored.pieces.size());
  if (count != vocab) {
    throw BadInput(file, "has " + grouped(count) +
                             " tokens, but the model has " + grouped(vocab));
  }
  tables_ = std::make_unique<Tables>(stored);
  Hash hash;
  hash.add(MappedFile(file).text());
  fingerprint_ = hash.value();
}

Tokenizer::~Tokenizer() = default;

std::vector<int> Tokenizer::encode(std::string_view text) const {
  require_text(text);
  return tables_->encode(text);
}

std::vector<int> Tokenizer::encode_within(std::string_view text) const {
  require_text(text);
  return tables_->encode_within(text);
}

bool Tokenizer::parts_before(char character) const {
  return tables_->parts_before(character);
}

uint64_t Tokenizer::fingerprint() const { return fingerprint_; }

std::string_view Tokenizer::bytes(int token) const {
  return tables_->bytes(token);
}

int Tokenizer::vocab() const { return static_cast<int>(tables_->size()); }

}  // namespace pi_ring
