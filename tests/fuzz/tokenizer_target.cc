// A tokenizer.json: what is accepted turns any text into tokens in range, and
// reads the same when it is written again.
#include "model/base/bad_input.h"
#include "model/text/tokenizer.h"
#include "model/text/tokenizer_json.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/model/text/example_tokenizer.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

constexpr const char* kTokenizerName = "tokenizer.json";

// A text may have a byte that the tokenizer lacks, or make its pattern slow.
void encode_text(const Tokenizer& tokenizer, const std::string& text) {
  try {
    for (const int token : tokenizer.encode(text, SpecialTokens::kAreFound)) {
      require(token >= 0 && token < tokenizer.vocab(), "a token out of range");
      tokenizer.bytes(token);
    }
    tokenizer.encode_within(text);
  } catch (const BadInput&) {
  }
}

void encode_texts(const Tokenizer& tokenizer) {
  for (const char* text :
       {"", "a", " abc  ab\ncab", "\u00e4\u2581\U0001f600<s>", "it's 12"}) {
    encode_text(tokenizer, text);
  }
  encode_text(tokenizer, std::string(300, 'a'));
  tokenizer.parts_before(' ');
}

void write_again(const TokenizerParts& tokenizer) {
  static const TemporaryFolder folder;
  const auto file = folder / kTokenizerName;
  if (!is_plain_sentencepiece(tokenizer)) return;
  write_tokenizer_json(tokenizer, file);
  const TokenizerParts again = read_tokenizer_json(file);
  require(again.pieces == tokenizer.pieces &&
              again.before == tokenizer.before &&
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

// A byte-level tokenizer with few bytes and most kinds of stages.
constexpr const char* kByteLevelSeed = R"json({
"added_tokens":[{"id":5,"content":"<s>","special":true,"normalized":false},
{"id":6,"content":"ab","special":false,"normalized":true,"lstrip":true,
"rstrip":true,"single_word":true}],
"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},
{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "}]},
"pre_tokenizer":{"type":"Sequence","pretokenizers":[
{"type":"Split","pattern":{"Regex":"(?i:'s|'t)|\\p{L}+|\\s+(?!\\S)"},
"behavior":"Isolated","invert":false},
{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithNext"},
{"type":"Digits","individual_digits":true},
{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]},
"post_processor":{"type":"TemplateProcessing","single":[
{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
"special_tokens":{"<s>":{"id":"<s>","ids":[5],"tokens":["<s>"]}}},
"decoder":{"type":"ByteLevel"},
"model":{"type":"BPE","ignore_merges":true,
"vocab":{"a":0,"b":1,"c":2,"\u0120":3,"\u0120a":4},
"merges":[["\u0120","a"]]}})json";

// Gemma's way, and a pre-tokenizer that puts \u2581 for spaces.
constexpr const char* kMetaspaceSeed = R"({
"added_tokens":[{"id":0,"content":"<unk>","special":true}],
"pre_tokenizer":{"type":"Metaspace","replacement":"\u2581",
"prepend_scheme":"first","split":true},
"decoder":{"type":"Sequence","decoders":[
{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},
{"type":"ByteFallback"},{"type":"Fuse"},
{"type":"Strip","content":" ","start":1,"stop":0}]},
"model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,
"vocab":{"<unk>":0,"\u2581":1,"a":2,"\u2581a":3},"merges":["\u2581 a"]}})";

std::vector<std::string> tokenizer_seeds() {
  const TemporaryFolder folder;
  const auto file = folder / kTokenizerName;
  write_tokenizer_json(short_tokenizer(), file);
  return {file_text(file), read_example_json().dump(), kByteLevelSeed,
          kMetaspaceSeed};
}

const AddedTarget kTokenizer({"tokenizer", accepts_tokenizer, tokenizer_seeds});

}  // namespace
}  // namespace pi_ring
