// Turns text into tokens and back, as the model's tokenizer.json says.
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
  // Reads folder/tokenizer.json. Throws BadInput if it is damaged, of a kind
  // that is not supported, or has not exactly `vocab` tokens.
  Tokenizer(const std::filesystem::path& folder, int vocab);
  ~Tokenizer();

  // The begin token and the tokens of the text. Throws BadInput with the place
  // of the first byte that is not UTF-8.
  std::vector<int> encode(std::string_view text) const;

  // The tokens of a part of a text: without the begin token, and without a
  // space before the first word.
  std::vector<int> encode_within(std::string_view text) const;

  // Whether a text can be cut before this character, which is ' ' or '\n', and
  // each part be encoded by itself, because no token contains both this
  // character and another one before it.
  bool parts_before(char character) const;

  // The same for files of the same content.
  uint64_t fingerprint() const;

  // The bytes of one token, with its leading space. Control tokens have no
  // bytes.
  std::string_view bytes(int token) const;

  int vocab() const;

 private:
  class Tables;
  std::unique_ptr<Tables> tables_;
  uint64_t fingerprint_ = 0;
};

}  // namespace pi_ring
