// A folder's tokenizer is found in whichever files it is.
#include "model/text/tokenizer_folder.h"

#include <gmock/gmock.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <nlohmann/json.hpp>

#include "model/base/bad_input.h"
#include "model/text/byte_level.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/model/text/example_tokenizer.h"
#include "tests/model/text/random_text.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class TokenizerFolderTest : public testing::Test {
 protected:
  std::vector<int> encode(std::string_view text) const {
    TokenizerParts parts = read_tokenizer_folder(folder_.path()).parts;
    const auto vocab = static_cast<int>(parts.pieces.size());
    return Tokenizer(std::move(parts), vocab).encode(text);
  }
  std::string refusal() const {
    return bad_input_of([&] { read_tokenizer_folder(folder_.path()); });
  }
  void write(const char* name, const std::string& text) const {
    write_file_text(folder_ / name, text);
  }

  // The 256 bytes, "12" and <|endoftext|>.
  void write_vocabulary() const {
    json vocabulary;
    for (int byte = 0; byte < kByteValues; ++byte) {
      vocabulary[byte_level_character(static_cast<unsigned char>(byte))] = byte;
    }
    vocabulary["12"] = 256;
    vocabulary["<|endoftext|>"] = 257;
    write("vocab.json", vocabulary.dump());
    write("merges.txt", "#version: 0.2\n1 2\n");
  }

  // What SentencePiece's trainer makes of a few words.
  std::string write_model(const std::string& type) const {
    write("words.txt",
          "once upon a time there was a little dog\n"
          "the dog ran to the time\nthen and there\n");
    sentencepiece::SentencePieceTrainer::Train(
        "--input=" + (folder_ / "words.txt").string() + " --model_prefix=" +
        (folder_ / "tokenizer").string() + " --model_type=" + type +
        " --vocab_size=330 --hard_vocab_limit=false --byte_fallback=true"
        " --normalization_rule_name=identity --remove_extra_whitespaces=false"
        " --user_defined_symbols=<user>,og --minloglevel=3");
    return (folder_ / "tokenizer.model").string();
  }

  TemporaryFolder folder_;
};

TEST_F(TokenizerFolderTest, AnEmptyFolderHasNone) {
  EXPECT_FALSE(has_tokenizer(folder_.path()));
  EXPECT_THAT(refusal(), HasSubstr("tokenizer.json"));
}

TEST_F(TokenizerFolderTest, TheSettingsSayWhetherABeginTokenIsAdded) {
  write_tokenizer_json(example_tokenizer(), folder_ / "tokenizer.json");
  EXPECT_TRUE(has_tokenizer(folder_.path()));
  EXPECT_THAT(encode("c"), ElementsAre(kBegin, kSpace, kC));
  const uint64_t plain =
      read_tokenizer_folder(folder_.path()).parts.fingerprint;
  write("tokenizer_config.json", R"({"add_bos_token": true})");
  EXPECT_EQ(read_tokenizer_folder(folder_.path()).parts.fingerprint, plain);
  write("tokenizer_config.json", R"({"add_bos_token": false})");
  EXPECT_THAT(encode("c"), ElementsAre(kSpace, kC));
  EXPECT_NE(read_tokenizer_folder(folder_.path()).parts.fingerprint, plain);
  write("tokenizer_config.json",
        R"({"add_bos_token": false, "bos_token": {"content": "<s>"},
            "add_eos_token": true, "eos_token": "</s>"})");
  EXPECT_THAT(encode("c"), ElementsAre(kSpace, kC, 2));
  write("tokenizer_config.json", R"({"add_bos_token": 1})");
  EXPECT_THAT(refusal(), HasSubstr("add_bos_token is 1"));
  write("tokenizer_config.json", R"({"add_eos_token": true})");
  EXPECT_THAT(refusal(), HasSubstr("eos_token names no token"));
}

TEST_F(TokenizerFolderTest, VocabularyAndMergesAreGpt2s) {
  write_vocabulary();
  EXPECT_TRUE(has_tokenizer(folder_.path()));
  EXPECT_THAT(encode("12 a"), ElementsAre(256, ' ', 'a'));
  EXPECT_TRUE(read_tokenizer_folder(folder_.path()).parts.control[257]);
}

TEST_F(TokenizerFolderTest, VocabularyAndMergesMayBeQwens) {
  write_vocabulary();
  write("tokenizer_config.json", R"({"tokenizer_class": "Qwen2Tokenizer",
    "added_tokens_decoder": {
      "257": {"content": "<|endoftext|>", "special": true},
      "258": {"content": "<think>", "special": false}}})");
  EXPECT_THAT(encode("12<think>"), ElementsAre('1', '2', 258));
  write("tokenizer_config.json", R"({"tokenizer_class": "RobertaTokenizer"})");
  EXPECT_THAT(refusal(), HasSubstr("tokenizer_class \"RobertaTokenizer\""));
}

TEST_F(TokenizerFolderTest, DamagedMergesAreNamed) {
  write_vocabulary();
  write("merges.txt", "1 2\n1 x y\n");
  EXPECT_THAT(refusal(), HasSubstr("merge 1 is not two pieces"));
  write("merges.txt", "1 2\nx\xFF y\n");
  EXPECT_THAT(refusal(), HasSubstr("merges.txt: merge 1 is not UTF-8"));
  std::filesystem::remove(folder_ / "merges.txt");
  EXPECT_THAT(refusal(), HasSubstr("merges.txt"));
}

TEST_F(TokenizerFolderTest, AModelOfSentencePieceGivesItsTokens) {
  sentencepiece::SentencePieceProcessor library;
  ASSERT_TRUE(library.Load(write_model("bpe")).ok());
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    const std::string text =
        i % 3 == 0 ? "the dog<user> ran once  upon" : random_text(random, i);
    std::vector<int> expected = {1};
    for (const int id : library.EncodeAsIds(text)) expected.push_back(id);
    EXPECT_EQ(encode(text), expected) << text;
  }
}

TEST_F(TokenizerFolderTest, OtherModelsOfSentencePieceAreNamed) {
  write_model("unigram");
  EXPECT_THAT(refusal(), HasSubstr("model type unigram is not supported"));
  write("tokenizer.model", "");
  EXPECT_THAT(refusal(), HasSubstr("tokenizer.model: "));
  write("tokenizer.model", "\x0A\xFF");
  EXPECT_THAT(refusal(), HasSubstr("is not a SentencePiece model"));
}

TEST_F(TokenizerFolderTest, ADamagedModelNeverCrashes) {
  const std::string whole = file_text(write_model("bpe"));
  std::mt19937 random(4);
  for (int i = 0; i < 300; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    if (random() % 4 == 0) damaged.resize(random() % damaged.size());
    write("tokenizer.model", damaged);
    try {
      encode("the dog");
    } catch (const BadInput&) {
    }
  }
}

}  // namespace
}  // namespace pi_ring
