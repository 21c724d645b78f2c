// Finds the tokens in a text that were added to a vocabulary by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

class AddedTokenFinder {
 public:
  // Throws BadInput if a token is empty or longer than kLongest bytes.
  explicit AddedTokenFinder(std::vector<AddedToken> tokens);

  static constexpr size_t kLongest = 1024;

  bool is_empty() const { return tokens_.empty(); }

  // Calls `text_between` and `token` for the text's parts from left to right.
  // The leftmost token counts, and of those that begin there the longest.
  void split(std::string_view text,
             const std::function<void(std::string_view part)>& text_between,
             const std::function<void(int id)>& token) const;

 private:
  // A node of a tree that has a branch for each byte.
  struct Node {
    std::vector<std::pair<char, uint32_t>> branches;  // sorted
    int token = -1;                                   // an index in tokens_
  };

  struct Found {
    int token = -1;
    size_t length = 0;
  };

  uint32_t branch(uint32_t node, char byte) const;
  void insert(int token);
  Found longest_at(std::string_view text) const;

  std::vector<AddedToken> tokens_;
  std::vector<Node> nodes_;
};

}  // namespace pi_ring
