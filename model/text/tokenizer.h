// Turns text into tokens and back, as the model's tokenizer says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/text/tokenizer_parts.h"

namespace pi_ring {

// What a special token's name in a text is, such as "<|im_start|>".
enum class SpecialTokens {
  kAreText,
  kAreFound,  // the token
};

// A part of a text, and what special tokens' names in it are.
struct TextPart {
  std::string_view text;
  SpecialTokens special = SpecialTokens::kAreText;
};

class Tokenizer {
 public:
  // Reads the tokenizer in a model's folder (tokenizer_folder.h). Throws
  // BadInput if it is damaged, of a kind that is not supported, or has more
  // than `vocab` tokens. It may have fewer, where a model's vocabulary is
  // padded; special tokens past the vocabulary are left out.
  Tokenizer(const std::filesystem::path& folder, int vocab);
  Tokenizer(TokenizerParts parts, int vocab);
  ~Tokenizer();

  // The tokens before a text, those of the text, and those after it. Throws
  // BadInput with the place of the first byte that is not UTF-8.
  std::vector<int> encode(
      std::string_view text,
      SpecialTokens special = SpecialTokens::kAreText) const;

  // The same of the beginning of a text: without the tokens after it.
  std::vector<int> encode_beginning(std::string_view text) const;
  // The tokens of a further part of a text, without a space before its first
  // word.
  std::vector<int> encode_within(std::string_view text) const;
  std::span<const int> after() const;

  // The tokens of the text that these parts make together, without those before
  // and after a text. A special token is found only within one part that says
  // so; merges do not stop at the parts' ends.
  std::vector<int> encode_parts(std::span<const TextPart> parts) const;

  // Whether a text can be cut before this character, which is ' ' or '\n', and
  // each part be encoded by itself, because no token contains both this
  // character and another one before it.
  bool parts_before(char character) const;
  // The same before a space that is between two ASCII letters.
  bool parts_between_letters() const;

  // The same for files of the same content.
  uint64_t fingerprint() const;

  // The bytes of one token, with its leading space. Control tokens have no
  // bytes.
  std::string_view bytes(int token) const;
  // What the vocabulary calls the token. Empty past its end.
  const std::string& piece(int token) const;
  // Whether the tokenizer puts a space before a text, so that it is not part
  // of what the tokens say.
  bool drops_first_space() const;

  int vocab() const;

 private:
  class Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace pi_ring
