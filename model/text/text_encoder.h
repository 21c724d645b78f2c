// Encodes long texts word by word. Gives the same tokens as Tokenizer::encode,
// but faster and in little memory.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/text/tokenizer.h"

namespace pi_ring {

// Remembers words, so each thread needs its own.
class TextEncoder {
 public:
  explicit TextEncoder(const Tokenizer& tokenizer);

  // Is called with the next tokens, and with the rest of the text.
  using Sink = std::function<void(std::span<const int>, std::string_view rest)>;

  // Gives the tokens before a text, those of the text, and those after it.
  // Throws BadInput if the text is not UTF-8, or has a word of more than 16
  // MiB.
  void encode(std::string_view text, const Sink& sink);

 private:
  struct WordHash {
    using is_transparent = void;
    size_t operator()(std::string_view word) const {
      return std::hash<std::string_view>()(word);
    }
  };

  size_t end_of_word(std::string_view text) const;
  void append_word(std::string_view word, std::vector<int>& tokens);

  const Tokenizer& tokenizer_;
  bool at_spaces_;
  bool at_line_ends_;
  bool between_letters_;
  std::unordered_map<std::string, std::vector<int>, WordHash, std::equal_to<>>
      known_;
};

}  // namespace pi_ring
