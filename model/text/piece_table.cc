// Looks pieces up by their character or byte.
#include "model/text/piece_table.h"

#include <algorithm>

#include "model/base/bad_input.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/text/byte_level.h"

namespace pi_ring {
namespace {

using Spelling = TokenizerParts::Spelling;

size_t byte_of(char byte) { return static_cast<unsigned char>(byte); }

// The bytes that the piece stands for.
std::string bytes_of_piece(const std::string& piece, Spelling spelling) {
  if (spelling == Spelling::kByteLevel) {
    return bytes_of_byte_level(piece).value_or(piece);
  }
  if (const auto byte = byte_of_piece(piece)) {
    return std::string(1, static_cast<char>(*byte));
  }
  return with_spaces(piece);
}

}  // namespace

PieceTable::PieceTable(const TokenizerParts& parts) : parts_(parts) {
  byte_tokens_.fill(kNone);
  bytes_.resize(parts_.pieces.size());
  for (size_t id = 0; id < parts_.pieces.size(); ++id) {
    if (!parts_.control[id]) add_piece(static_cast<int>(id));
  }
  for (const AddedToken& added : parts_.added) spell_added(added);
}

bool PieceTable::is_byte_level() const {
  return parts_.spelling == Spelling::kByteLevel;
}

void PieceTable::add_piece(int id) {
  const std::string& piece = parts_.pieces[id];
  bytes_[id] = bytes_of_piece(piece, parts_.spelling);
  if (parts_.ignore_merges && !piece.empty()) {
    whole_pieces_.emplace(is_byte_level() ? bytes_[id] : piece, id);
  }
  if (is_byte_level()) {
    const bool is_byte = bytes_[id].size() == 1 && piece != kSpacePiece;
    if (is_byte) byte_tokens_[byte_of(bytes_[id][0])] = id;
  } else if (const auto byte = byte_of_piece(piece)) {
    byte_tokens_[*byte] = id;
  } else if (!piece.empty() &&
             first_utf8_sequence(piece).length == piece.size()) {
    characters_[piece] = id;
  }
}

// What was added by hand is spelled as it is.
void PieceTable::spell_added(const AddedToken& added) {
  if (added.special || !is_byte_level()) return;
  bytes_[added.id] = added.text;
}

int PieceTable::whole_piece(std::string_view part) const {
  if (!parts_.ignore_merges) return kNone;
  const auto found = whole_pieces_.find(std::string(part));
  return found == whole_pieces_.end() ? kNone : found->second;
}

bool PieceTable::knows(std::string_view character) const {
  return characters_.contains(std::string(character)) ||
         (has_bytes(character) && character.size() == 1);
}

void PieceTable::append_characters(std::string_view text,
                                   std::vector<int>& tokens) const {
  if (is_byte_level()) return append_bytes(text, tokens);
  while (!text.empty()) {
    const size_t length = first_utf8_sequence(text).length;
    append_character(text.substr(0, length), tokens);
    text.remove_prefix(length);
  }
}

void PieceTable::append_bytes(std::string_view text,
                              std::vector<int>& tokens) const {
  for (const char byte : text) {
    const int token = byte_tokens_[byte_of(byte)];
    if (token != kNone) {
      tokens.push_back(token);
    } else if (parts_.unknown != kNone) {
      append_unknown(tokens);
    } else {
      throw BadInput("the tokenizer has no token for the byte " +
                     byte_piece(static_cast<int>(byte_of(byte))));
    }
  }
}

void PieceTable::append_character(std::string_view character,
                                  std::vector<int>& tokens) const {
  // The character has at most four bytes, so the string takes no heap memory.
  const auto found = characters_.find(std::string(character));
  if (found != characters_.end()) {
    tokens.push_back(found->second);
  } else if (has_bytes(character)) {
    for (const char byte : character) {
      tokens.push_back(byte_tokens_[byte_of(byte)]);
    }
  } else if (parts_.unknown != kNone) {
    append_unknown(tokens);
  } else {
    throw BadInput("the tokenizer has no token for " + in_quotes(character));
  }
}

void PieceTable::append_unknown(std::vector<int>& tokens) const {
  if (parts_.fuse_unknown && !tokens.empty() &&
      tokens.back() == parts_.unknown) {
    return;
  }
  tokens.push_back(parts_.unknown);
}

bool PieceTable::has_bytes(std::string_view character) const {
  return parts_.byte_fallback &&
         std::ranges::all_of(character, [this](char byte) {
           return byte_tokens_[byte_of(byte)] != kNone;
         });
}

}  // namespace pi_ring
