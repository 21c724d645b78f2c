// Text to tokens and back, as the model's tokenizer.json lays it down.
#pragma once

#include <cstdint>
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

  // The tokens of text from the middle of another: no begin token, no space
  // before the first word.
  std::vector<int> encode_within(std::string_view text) const;

  // Whether no token ever spans the place before this character, ' ' or '\n',
  // where another precedes it: there a text can be cut, and be encoded part by
  // part.
  bool parts_before(char character) const;

  // The same for files that say the same.
  uint64_t fingerprint() const;

  // The bytes of one token, a leading space included. Control tokens have none.
  std::string_view bytes(int token) const;

  int vocab() const;

 private:
  class Tables;
  std::unique_ptr<Tables> tables_;
  uint64_t fingerprint_ = 0;
};

}  // namespace pi_ring
