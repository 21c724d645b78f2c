// Text from tokens as they come, for somebody who reads along.
#pragma once

#include <string>

#include "model/text/tokenizer.h"

namespace pi_ring {

// Tokens to text as they come: never part of a UTF-8 character, never the
// space that the tokenizer put before the first word.
class TextStream {
 public:
  explicit TextStream(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  // The text that is certain now; may be empty.
  std::string next(int token);
  // What is left, an incomplete character replaced by U+FFFD.
  std::string finish();

 private:
  const Tokenizer& tokenizer_;
  std::string pending_;
  bool at_start_ = true;
};

}  // namespace pi_ring
