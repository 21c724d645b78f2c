// Turns tokens into text as they come, so that somebody can read along.
#pragma once

#include <string>

#include "model/text/tokenizer.h"

namespace pi_ring {

// Gives only whole UTF-8 characters, and leaves out the space that the
// tokenizer put before the first word.
class TextStream {
 public:
  explicit TextStream(const Tokenizer& tokenizer)
      : tokenizer_(tokenizer), drops_space_(tokenizer.drops_first_space()) {}

  // The text up to the last whole character; may be empty.
  std::string next(int token);
  // The rest: U+FFFD for an incomplete character, or nothing.
  std::string finish();

 private:
  const Tokenizer& tokenizer_;
  std::string pending_;
  bool drops_space_;  // until the text has begun
};

}  // namespace pi_ring
