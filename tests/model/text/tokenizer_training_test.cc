// A trained tokenizer fits its texts and encodes as SentencePiece does.
#include "model/text/tokenizer_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <random>

#include "model/text/tokenizer.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/model/text/random_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

std::string example_text() {
  std::string text;
  std::mt19937 random(11);
  const std::vector<std::string> words = {
      "the",   "little", "fox",   "went",    "to",  "forest,", "and", "said",
      "hello", "7",      "1984",  "banana.", "a",   "Once",    "ää",  "upon",
      "time",  "there",  "lived", "kitten",  "the", "was",     "he",  "her"};
  for (int line = 0; line < 2000; ++line) {
    for (int word = 0; word < 12; ++word) {
      if (word > 0) text += ' ';
      text += words[random() % words.size()];
    }
    text += '\n';
  }
  return text;
}

class TokenizerTrainingTest : public testing::Test {
 protected:
  Tokenizer train(const std::string& text, int vocab) {
    write_file_text(text_, text);
    write_tokenizer_json(train_tokenizer(texts_, vocab),
                         folder_ / "tokenizer.json");
    return {folder_.path(), vocab};
  }

  TemporaryFolder folder_;
  std::filesystem::path text_ = folder_ / "text.txt";
  std::vector<std::filesystem::path> texts_ = {text_};
};

TEST_F(TokenizerTrainingTest, HasControlTokensBytesAndWords) {
  write_file_text(text_, example_text());
  const TokenizerParts trained = train_tokenizer(texts_, 400);
  ASSERT_EQ(trained.pieces.size(), 400U);
  EXPECT_EQ(trained.pieces[0], "<unk>");
  EXPECT_EQ(trained.pieces[1], "<s>");
  EXPECT_EQ(trained.pieces[2], "</s>");
  EXPECT_EQ(trained.pieces[3], "<0x00>");
  EXPECT_TRUE(trained.control[0] && trained.control[1] && trained.control[2]);
  EXPECT_FALSE(trained.control[3]);
  EXPECT_THAT(trained.pieces, testing::Contains("▁little"));
}

TEST_F(TokenizerTrainingTest, GivesTheSameTokenizerEachTime) {
  write_file_text(text_, example_text());
  EXPECT_EQ(train_tokenizer(texts_, 330).merges,
            train_tokenizer(texts_, 330).merges);
}

TEST_F(TokenizerTrainingTest, GivesATokenizerThatCanEncodeWordByWord) {
  const Tokenizer tokenizer = train(example_text(), 400);
  EXPECT_TRUE(tokenizer.parts_before(' '));
  EXPECT_TRUE(tokenizer.parts_before('\n'));
}

// Trains the model a second time, by SentencePiece alone.
TEST_F(TokenizerTrainingTest, EncodesAsSentencepieceDoes) {
  const Tokenizer ours = train(example_text(), 400);
  const std::filesystem::path prefix = folder_ / "model";
  const auto trained = sentencepiece::SentencePieceTrainer::Train(
      "--input=" + text_.string() + " --model_prefix=" + prefix.string() +
      " --model_type=bpe --vocab_size=400 --character_coverage=1.0"
      " --normalization_rule_name=identity --remove_extra_whitespaces=false"
      " --split_digits=true --byte_fallback=true --minloglevel=3");
  ASSERT_TRUE(trained.ok()) << trained.ToString();
  sentencepiece::SentencePieceProcessor theirs;
  ASSERT_TRUE(theirs.Load(prefix.string() + ".model").ok());
  std::mt19937 random(3);
  std::vector<std::string> texts = {
      "", " ", "  two  spaces ", "Once upon", "line\nline\n\n", example_text()};
  for (int i = 0; i < 2000; ++i) texts.push_back(random_text(random, i % 80));
  for (const std::string& text : texts) {
    std::vector<int> expected = {1};
    for (const int id : theirs.EncodeAsIds(text)) expected.push_back(id);
    ASSERT_EQ(ours.encode(text), expected) << text;
  }
}

TEST_F(TokenizerTrainingTest, ReadsLongLinesInParts) {
  std::string text = example_text();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  EXPECT_EQ(train(text, 400).vocab(), 400);
}

TEST_F(TokenizerTrainingTest, RefusesWrongSizesAndFilesThatAreNotText) {
  const auto refusal = [&](const std::string& text, int vocab) {
    write_file_text(text_, text);
    return bad_input_of([&] { train_tokenizer(texts_, vocab); });
  };
  EXPECT_THAT(refusal("abc", 259), HasSubstr("expected 260 to"));
  EXPECT_THAT(refusal("", 300), HasSubstr("holds no text"));
  EXPECT_THAT(refusal("ab\xFF", 300), HasSubstr("UTF-8"));
}

TEST_F(TokenizerTrainingTest, SaysWhichSizesTheTextsAreFitFor) {
  const auto refusal = [&](const std::string& text, int vocab) {
    write_file_text(text_, text);
    return bad_input_of([&] { train_tokenizer(texts_, vocab); });
  };
  EXPECT_EQ(refusal("hi there", 512),
            "the texts have too few different pieces for a vocabulary of 512: "
            "use a smaller --vocab, at most 279, or more text");
  EXPECT_EQ(train("hi there", 279).vocab(), 279);
  EXPECT_EQ(refusal("abcdefghijklmnopqrstuvwxyz", 270),
            "the texts have too many different characters for a vocabulary of "
            "270: use a larger --vocab, at least 286");
  EXPECT_EQ(train("abcdefghijklmnopqrstuvwxyz", 286).vocab(), 286);
}

}  // namespace
}  // namespace pi_ring
