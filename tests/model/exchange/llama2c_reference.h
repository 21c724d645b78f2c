// Encodes as llama2.c does, slowly and simply, for comparison. Each character
// becomes its token, or the tokens of its bytes. Then, as long as it is
// possible, the two neighbours whose joint piece has the best score become one,
// the leftmost first.
#pragma once

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "model/base/utf8.h"

namespace pi_ring {

struct ScoredPiece {
  float score = 0;
  std::string text;
};

inline std::vector<ScoredPiece> read_scored_pieces(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(stream), {});
  std::vector<ScoredPiece> pieces;
  for (size_t at = sizeof(int32_t); at < bytes.size();) {
    ScoredPiece piece;
    int32_t length = 0;
    std::memcpy(&piece.score, &bytes[at], sizeof piece.score);
    std::memcpy(&length, &bytes[at + 4], sizeof length);
    piece.text = bytes.substr(at + 8, length);
    at += 8 + length;
    pieces.push_back(piece);
  }
  return pieces;
}

class Llama2cReference {
 public:
  explicit Llama2cReference(std::vector<ScoredPiece> pieces)
      : pieces_(std::move(pieces)) {
    for (size_t id = 0; id < pieces_.size(); ++id) {
      ids_.emplace(pieces_[id].text, static_cast<int>(id));
    }
  }

  std::vector<int> encode(const std::string& text) const {
    std::vector<int> tokens = {1};
    if (text.empty()) return tokens;
    tokens.push_back(ids_.at(" "));
    for (size_t at = 0; at < text.size();) {
      const size_t length =
          first_utf8_sequence(std::string_view(text).substr(at)).length;
      append_character(text.substr(at, length), tokens);
      at += length;
    }
    while (merge_best(tokens)) {
    }
    return tokens;
  }

 private:
  void append_character(const std::string& character,
                        std::vector<int>& tokens) const {
    const auto found = ids_.find(character);
    if (found != ids_.end()) {
      tokens.push_back(found->second);
      return;
    }
    for (const char byte : character) {
      tokens.push_back(3 + static_cast<unsigned char>(byte));
    }
  }

  bool merge_best(std::vector<int>& tokens) const {
    float best_score = -1e10F;
    int best_id = -1;
    size_t best_at = 0;
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      const auto found =
          ids_.find(pieces_[tokens[i]].text + pieces_[tokens[i + 1]].text);
      if (found == ids_.end()) continue;
      if (pieces_[found->second].score <= best_score) continue;
      best_score = pieces_[found->second].score;
      best_id = found->second;
      best_at = i;
    }
    if (best_id < 0) return false;
    tokens[best_at] = best_id;
    tokens.erase(tokens.begin() + static_cast<long>(best_at) + 1);
    return true;
  }

  std::vector<ScoredPiece> pieces_;
  std::map<std::string, int> ids_;
};

}  // namespace pi_ring
