// A token file holds the tokens of its texts, and damage to it is found.
#include "model/text/token_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/bad_input_of.h"
#include "tests/model/text/example_tokens.h"
#include "tests/model/text/random_text.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

TEST(TokenFile, IsTheBeginTokenAndTheTextsTokens) {
  const ExampleTokens example("abc a");
  EXPECT_EQ(example.tokens(), example.tokenizer().encode("abc a"));
}

TEST(TokenFile, BeginsEachDocumentWithTheBeginToken) {
  const ExampleTokens example(
      "abc\n<|endoftext|>\n\n a \n<|endoftext|>\r\nb <|endoftext|> c");
  std::vector<int> expected;
  for (const char* document : {"abc", "a", "b <|endoftext|> c"}) {
    const auto tokens = example.tokenizer().encode(document);
    expected.insert(expected.end(), tokens.begin(), tokens.end());
  }
  EXPECT_EQ(example.tokens(), expected);
  EXPECT_EQ(TokenFile(example.file()).documents(), 3U);
}

TEST(TokenFile, BeginsAgainAfterTheLastToken) {
  const ExampleTokens example("abc a");
  const auto once = example.tokens();
  std::vector<int> twice(2 * once.size());
  TokenFile(example.file()).copy(2, twice);
  for (size_t i = 0; i < twice.size(); ++i) {
    EXPECT_EQ(twice[i], once[(2 + i) % once.size()]);
  }
}

TEST(TokenFile, HoldsLongTexts) {
  std::mt19937 random(1);
  std::string text = "a" + random_text(random, 100000) + "b";
  std::ranges::replace(text, '\0', 'c');
  const ExampleTokens example(text);
  EXPECT_EQ(example.tokens(), example.tokenizer().encode(text));
}

TEST(TokenFile, IsMadeAgainOnlyIfTheTextChanges) {
  const ExampleTokens example("abc");
  const auto tokenizer = example.tokenizer();
  int made = 0;
  const auto count = [&](uint64_t, uint64_t) { ++made; };
  TokenFile::cached(example.texts(), tokenizer, example.file(), count);
  EXPECT_EQ(made, 0);
  write_file_text(example.text(), "abcb");
  TokenFile::cached(example.texts(), tokenizer, example.file(), count);
  EXPECT_EQ(made, 1);
  EXPECT_EQ(example.tokens(), tokenizer.encode("abcb"));
}

TEST(TokenFile, ReportsProgressToTheEnd) {
  std::string text(100000, 'c');
  text += " a";
  const ExampleTokens example(text);
  uint64_t last = 0;
  TokenFile::write(example.texts(), example.tokenizer(), example.file(),
                   [&](uint64_t done, uint64_t all) {
                     EXPECT_GE(done, last);
                     EXPECT_EQ(all, 100002U);
                     last = done;
                   });
  EXPECT_EQ(last, 100002U);
}

TEST(TokenFile, RefusesFilesThatAreNotText) {
  const ExampleTokens example("abc");
  const auto refusal = [&](const std::string& text) {
    write_file_text(example.text(), text);
    return bad_input_of([&] {
      TokenFile::write(example.texts(), example.tokenizer(), example.file());
    });
  };
  EXPECT_THAT(refusal(""), HasSubstr("text.txt: holds no text"));
  EXPECT_THAT(refusal(" \n<|endoftext|>\n"), HasSubstr("holds no text"));
  EXPECT_THAT(
      refusal("ab\xFF"),
      HasSubstr("text.txt: is not text: it has invalid UTF-8 at byte 2"));
  EXPECT_THAT(refusal({'a', '\0', 'b'}),
              HasSubstr("text.txt: is not text: it has a zero byte at byte 1"));
  const std::string long_text(2097150, 'a');  // "ä" spans the end of a piece
  EXPECT_THAT(refusal(long_text + "xä\xFF"), HasSubstr("byte 2097153"));
  std::string long_word;
  long_word.resize(20000000, 'a');
  EXPECT_THAT(refusal(long_word),
              HasSubstr("text.txt: is not text: it has a word of more"));
  EXPECT_EQ(TokenFile(example.file()).size(), 3U) << "the old file stays";
}

TEST(TokenFile, ReportsDamageToEveryByte) {
  const ExampleTokens example("abc abc");
  const std::string whole = file_text(example.file());
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    write_file_text(example.file(), damaged);
    EXPECT_THAT(bad_input_of([&] { example.tokens(); }), HasSubstr("tokens: "))
        << i;
  }
}

TEST(TokenFile, ReportsMissingBytes) {
  const ExampleTokens example("abc abc");
  const std::string whole = file_text(example.file());
  for (size_t length = 0; length < whole.size(); ++length) {
    write_file_text(example.file(), whole.substr(0, length));
    bad_input_of([&] { TokenFile file(example.file()); });
    write_file_text(example.file(), whole.substr(whole.size() - length));
    bad_input_of([&] { TokenFile file(example.file()); });
  }
}

}  // namespace
}  // namespace pi_ring
