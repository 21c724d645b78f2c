// A tokenizer.model: what is accepted turns any text into tokens in range.
#include <string>

#include "model/base/bad_input.h"
#include "model/text/sentencepiece.h"
#include "model/text/sentencepiece_model.h"
#include "model/text/tokenizer.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

constexpr const char* kModelName = "tokenizer.model";

void encode_with(const Tokenizer& tokenizer) {
  for (const char* text : {"", "a", " ab  ba\n", "\u00e4\u2581<s>"}) {
    for (const int token : tokenizer.encode(text, SpecialTokens::kAreFound)) {
      require(token >= 0 && token < tokenizer.vocab(), "a token out of range");
      tokenizer.bytes(token);
    }
  }
}

bool accepts_sentencepiece(std::string_view bytes) {
  static const TemporaryFolder folder;
  write_file_text(folder / kModelName, std::string(bytes));
  return is_accepted([&] {
    TokenizerParts parts = read_sentencepiece_model(folder / kModelName);
    const auto vocab = static_cast<int>(parts.pieces.size());
    encode_with(Tokenizer(std::move(parts), vocab));
  });
}

// A field of bytes, shorter than 128.
std::string bytes_field(int number, const std::string& bytes) {
  return static_cast<char>(number << 3 | 2) +
         std::string(1, static_cast<char>(bytes.size())) + bytes;
}

std::string number_field(int number, int value) {
  return {static_cast<char>(number << 3), static_cast<char>(value)};
}

// One piece of type 1 to 6; `score` is the highest byte of its score.
std::string piece(const std::string& text, int type, char score) {
  return bytes_field(1, bytes_field(1, text) +
                            std::string({'\x15', 0, 0, 0, score}) +
                            number_field(3, type));
}

std::vector<std::string> sentencepiece_seeds() {
  std::string model = piece("<unk>", 2, 0) + piece("<s>", 3, 0) +
                      piece("</s>", 3, 0) + piece("\u2581", 1, '\xC1') +
                      piece("a", 1, '\xC0') + piece("b", 1, '\xC1') +
                      piece("ab", 1, '\xBF') + piece("<u>", 4, 0);
  model += bytes_field(2, number_field(3, 2));
  model += bytes_field(3, bytes_field(1, "identity") + number_field(3, 1) +
                              number_field(4, 0) + number_field(5, 1));
  return {model};
}

const AddedTarget kSentencepiece({"sentencepiece", accepts_sentencepiece,
                                  sentencepiece_seeds});

}  // namespace
}  // namespace pi_ring
