// The pieces of a vocabulary: the bytes that each stands for, and which pieces
// a text is made of before any are merged.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/text/sentencepiece.h"
#include "model/text/tokenizer_parts.h"

namespace pi_ring {

class PieceTable {
 public:
  static constexpr int kNone = -1;

  // `parts` must outlive it.
  explicit PieceTable(const TokenizerParts& parts);

  // Control tokens have no bytes.
  const std::vector<std::string>& bytes() const { return bytes_; }

  // The piece that is this part of a text, where parts that are pieces are not
  // merged; kNone otherwise.
  int whole_piece(std::string_view part) const;

  // Appends the pieces of the characters or bytes of a text. Throws BadInput at
  // a byte that has none.
  void append_characters(std::string_view text, std::vector<int>& tokens) const;

  // Whether this character, or this single byte, has a piece of its own.
  bool knows(std::string_view character) const;

 private:
  bool is_byte_level() const;
  void add_piece(int id);
  void spell_added(const AddedToken& added);
  void append_bytes(std::string_view text, std::vector<int>& tokens) const;
  void append_character(std::string_view character,
                        std::vector<int>& tokens) const;
  void append_unknown(std::vector<int>& tokens) const;
  bool has_bytes(std::string_view character) const;

  const TokenizerParts& parts_;
  std::vector<std::string> bytes_;  // by token
  std::array<int, kByteValues> byte_tokens_{};
  std::unordered_map<std::string, int> characters_;
  std::unordered_map<std::string, int> whole_pieces_;  // for ignore_merges
};

}  // namespace pi_ring
