// Text to tokens and back, as the model's tokenizer.json lays it down.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

class Tokenizer {
 public:
  // Reads folder/tokenizer.json; throws BadInput where it is damaged, of a
  // kind not known here, or its vocabulary is not `vocab` tokens.
  Tokenizer(const std::filesystem::path& folder, int vocab);
  ~Tokenizer();

  // The text's tokens, the begin token first. Throws BadInput at the first
  // byte that is not UTF-8, naming its offset.
  std::vector<int> encode(std::string_view text) const;

  // The bytes of one token, a leading space included. Control tokens have none.
  std::string_view bytes(int token) const;

  int vocab() const;

 private:
  class Tables;
  std::unique_ptr<Tables> tables_;
};

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
