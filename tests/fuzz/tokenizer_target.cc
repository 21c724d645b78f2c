// A tokenizer.json: what is accepted turns any text into tokens in range, and
// reads the same when it is written again.
#include "model/text/tokenizer.h"
#include "model/text/tokenizer_json.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/model/text/example_tokenizer.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

constexpr const char* kTokenizerName = "tokenizer.json";

void encode_texts(const Tokenizer& tokenizer) {
  for (const char* text :
       {"", "a", " abc  ab\ncab", "\u00e4\u2581\U0001f600<s>"}) {
    for (const int token : tokenizer.encode(text)) {
      require(token >= 0 && token < tokenizer.vocab(), "a token out of range");
      tokenizer.bytes(token);
    }
    tokenizer.encode_within(text);
  }
  tokenizer.parts_before(' ');
}

void write_again(const TokenizerParts& tokenizer) {
  static const TemporaryFolder folder;
  const auto file = folder / kTokenizerName;
  if (!is_plain_sentencepiece(tokenizer)) return;
  write_tokenizer_json(tokenizer, file);
  const TokenizerParts again = read_tokenizer_json(file);
  require(again.pieces == tokenizer.pieces && again.before == tokenizer.before &&
              again.unknown == tokenizer.unknown &&
              again.control == tokenizer.control,
          "a tokenizer that is written reads otherwise");
}

bool accepts_tokenizer(std::string_view bytes) {
  static const TemporaryFolder folder;
  const auto file = folder / kTokenizerName;
  write_file_text(file, std::string(bytes));
  return is_accepted([&] {
    const TokenizerParts tokenizer = read_tokenizer_json(file);
    const int vocab = static_cast<int>(tokenizer.pieces.size());
    encode_texts(Tokenizer(folder.path(), vocab));
    write_again(tokenizer);
  });
}

// The example without its byte tokens, so that mutations meet its structure
// more often.
TokenizerParts short_tokenizer() {
  TokenizerParts tokenizer;
  tokenizer.pieces = {"<unk>", "<s>", "</s>", "\u2581", "a", "b", "ab"};
  tokenizer.control.resize(tokenizer.pieces.size());
  for (int id = 0; id < 3; ++id) tokenizer.control[id] = true;
  tokenizer.merges = {{4, 5, 6}};
  tokenizer.byte_fallback = false;
  return tokenizer;
}

std::vector<std::string> tokenizer_seeds() {
  const TemporaryFolder folder;
  const auto file = folder / kTokenizerName;
  write_tokenizer_json(short_tokenizer(), file);
  return {file_text(file), read_example_json().dump()};
}

const AddedTarget kTokenizer({"tokenizer", accepts_tokenizer, tokenizer_seeds});

}  // namespace
}  // namespace pi_ring
