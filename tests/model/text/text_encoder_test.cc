// Encoding word by word gives the same tokens as encoding the whole text.
#include "model/text/text_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "model/exchange/llama2c_tokenizer.h"
#include "tests/file_text.h"
#include "tests/model/text/example_tokenizer.h"
#include "tests/model/text/random_text.h"
#include "tests/real_weights.h"

namespace pi_ring {
namespace {

std::vector<int> encoded(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<int> all;
  TextEncoder(tokenizer).encode(text, [&](auto tokens, std::string_view) {
    all.insert(all.end(), tokens.begin(), tokens.end());
  });
  return all;
}

class TextEncoderTest : public testing::Test {
 protected:
  Tokenizer tokenizer(const TokenizerParts& parts) const {
    write_tokenizer_json(parts, folder_ / "tokenizer.json");
    return {folder_.path(), static_cast<int>(parts.pieces.size())};
  }
  void expect_same(const Tokenizer& tokenizer) const {
    std::mt19937 random(5);
    for (int i = 0; i < 300; ++i) {
      const std::string text = random_text(random, i);
      ASSERT_EQ(encoded(tokenizer, text), tokenizer.encode(text)) << text;
    }
    for (const char* text : {"", " ", "  a", "a  b", "\n\na", " \n \n b\n"}) {
      ASSERT_EQ(encoded(tokenizer, text), tokenizer.encode(text)) << text;
    }
  }
  void expect_same_with_cuts(const Tokenizer& tokenizer,
                             const std::string& text) const {
    EXPECT_TRUE(tokenizer.parts_before(' '));
    EXPECT_TRUE(tokenizer.parts_before('\n'));
    expect_same(tokenizer);
    EXPECT_EQ(encoded(tokenizer, text), tokenizer.encode(text));
  }

  TemporaryFolder folder_;
};

TEST_F(TextEncoderTest, GivesTheTokensOfTheWholeText) {
  const Tokenizer parted = tokenizer(example_tokenizer());
  EXPECT_TRUE(parted.parts_before(' '));
  EXPECT_TRUE(parted.parts_before('\n'));
  expect_same(parted);
}

TEST_F(TextEncoderTest, NeverCutsWhereATokenMaySpanTheCut) {
  TokenizerParts parts = example_tokenizer();
  parts.pieces.emplace_back("b▁");
  parts.control.push_back(false);
  parts.merges.insert(parts.merges.begin(), {kB, kSpace, kCount});
  const Tokenizer spanned = tokenizer(parts);
  EXPECT_FALSE(spanned.parts_before(' '));
  expect_same(spanned);
}

TEST_F(TextEncoderTest, KeepsUnknownCharactersTogether) {
  TokenizerParts parts = example_tokenizer();
  parts.byte_fallback = false;
  const Tokenizer fused = tokenizer(parts);
  EXPECT_TRUE(fused.parts_before(' '));
  EXPECT_FALSE(fused.parts_before('\n'))
      << "both characters may become one unknown token";
  expect_same(fused);
}

TEST_F(TextEncoderTest, GivesTheTokensOfTheWholeTextForTheDemosVocabulary) {
  const Tokenizer demo(PI_RING_DEMO, 2048);
  expect_same_with_cuts(demo, file_text(PI_RING_DEMO "/README.md"));
}

using TextEncoderRealWeights = WithRealWeights<TextEncoderTest>;

TEST_F(TextEncoderRealWeights,
       GivesTheTokensOfTheWholeTextForLlamasVocabulary) {
  import_llama2c_tokenizer(data_ / "tokenizer.bin", 32000, folder_.path());
  const Tokenizer llama(folder_.path(), 32000);
  expect_same_with_cuts(
      llama, file_text(data_ / "tinystories_10k.txt").substr(0, 200000));
}

TEST_F(TextEncoderTest, ReportsTheRestOfTheText) {
  const Tokenizer parted = tokenizer(example_tokenizer());
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "ab c";
  size_t calls = 0;
  size_t rest_before = text.size();
  TextEncoder(parted).encode(text, [&](auto, std::string_view rest) {
    EXPECT_LT(rest.size(), rest_before);
    rest_before = rest.size();
    ++calls;
  });
  EXPECT_EQ(rest_before, 0U);
  EXPECT_GT(calls, 1U);
}

}  // namespace
}  // namespace pi_ring
