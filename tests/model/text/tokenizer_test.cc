// Encodes texts with a vocabulary that is small enough to check by hand.
#include "model/text/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/base/bad_input.h"
#include "model/text/text_stream.h"
#include "tests/bad_input_of.h"
#include "tests/model/text/example_tokenizer.h"
#include "tests/model/text/random_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TokenizerTest : public testing::Test {
 protected:
  Tokenizer load(const TokenizerParts& form, int vocab) const {
    write_tokenizer_json(form, folder_.path() / "tokenizer.json");
    return Tokenizer(folder_.path(), vocab);
  }
  std::vector<int> encode(std::string_view text) const {
    return load(example_tokenizer(), kCount).encode(text);
  }

  TemporaryFolder folder_;
};

std::string decode(const Tokenizer& tokenizer, const std::vector<int>& tokens) {
  TextStream stream(tokenizer);
  std::string text;
  for (const int token : tokens) text += stream.next(token);
  return text + stream.finish();
}

TEST_F(TokenizerTest, ACharacterWithoutATokenIsRefusedWhereNoneIsForUnknown) {
  TokenizerParts form = example_tokenizer();
  form.byte_fallback = false;
  form.unknown = -1;
  const Tokenizer tokenizer(form, kCount);
  EXPECT_THAT(bad_input_of([&] { tokenizer.encode("az"); }),
              HasSubstr("has no token for \"z\""));
}

TEST_F(TokenizerTest, EmptyTextIsTheBeginTokenAlone) {
  EXPECT_THAT(encode(""), ElementsAre(kBegin));
}

TEST_F(TokenizerTest, TheTokenizerPutsASpaceBeforeTheText) {
  EXPECT_THAT(encode("c"), ElementsAre(kBegin, kSpace, kC));
  EXPECT_THAT(encode(" "), ElementsAre(kBegin, kSpace, kSpace));
}

TEST_F(TokenizerTest, TheLowestRankIsMergedFirst) {
  EXPECT_THAT(encode("abc"), ElementsAre(kBegin, kSpace, kABC));
  EXPECT_THAT(encode("ab"), ElementsAre(kBegin, kSpace, kAB));
  EXPECT_THAT(encode("a"), ElementsAre(kBegin, kSpaceA));
}

TEST_F(TokenizerTest, TheLeftmostOfEqualRanksIsMergedFirst) {
  TokenizerParts form = example_tokenizer();
  form.pieces.insert(form.pieces.end(), {"aa", "aaa"});
  form.control.resize(form.pieces.size());
  const int aa = kCount;
  const int aaa = kCount + 1;
  form.merges = {{kA, kA, aa}, {aa, kA, aaa}};
  EXPECT_THAT(load(form, kCount + 2).encode("aaaaa"),
              ElementsAre(kBegin, kSpace, aa, aaa));
}

TEST_F(TokenizerTest, CharactersWithoutAPieceBecomeTheirBytes) {
  EXPECT_THAT(encode("\xC3\xA9"),
              ElementsAre(kBegin, kSpace, byte_token(0xC3), byte_token(0xA9)));
  EXPECT_THAT(encode(std::string_view("\0\n", 2)),
              ElementsAre(kBegin, kSpace, byte_token(0), byte_token('\n')));
}

TEST_F(TokenizerTest, UnknownCharactersBecomeOneTokenIfTheFileSaysSo) {
  TokenizerParts form = example_tokenizer();
  form.byte_fallback = false;
  EXPECT_THAT(load(form, kCount).encode("xya"),
              ElementsAre(kBegin, kSpace, 0, kA));
  form.fuse_unknown = false;
  EXPECT_THAT(load(form, kCount).encode("xya"),
              ElementsAre(kBegin, kSpace, 0, 0, kA));
}

TEST_F(TokenizerTest, SpecialTokensInTheTextArePlainText) {
  const std::vector<int> tokens = encode("</s><0x41>");
  EXPECT_THAT(tokens, testing::Not(testing::Contains(2)));
  EXPECT_THAT(tokens, testing::Not(testing::Contains(byte_token('A'))));
  EXPECT_EQ(decode(load(example_tokenizer(), kCount), tokens), "</s><0x41>");
}

TEST_F(TokenizerTest, MergesCannotSpellAControlToken) {
  TokenizerParts form = example_tokenizer();
  form.pieces.insert(form.pieces.end(), {"<", "s", ">", "<s"});
  form.control.resize(form.pieces.size());
  form.merges = {{kCount, kCount + 1, kCount + 3},
                 {kCount + 3, kCount + 2, kBegin}};
  EXPECT_THAT(load(form, kCount + 4).encode("<s>"),
              ElementsAre(kBegin, kSpace, kCount + 3, kCount + 2));
}

TEST_F(TokenizerTest, InvalidUtf8IsRefusedWithThePlace) {
  try {
    encode("caf\xC3");
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), HasSubstr("not UTF-8 at byte 3"));
  }
}

TEST_F(TokenizerTest, AVocabularyOfAnotherSizeIsRefused) {
  TokenizerParts form = example_tokenizer();
  for (int id = kCount; id < 1000; ++id) {
    form.pieces.push_back("filler" + std::to_string(id));
  }
  form.control.resize(1000);
  try {
    load(form, 512);
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_THAT(
        error.what(),
        HasSubstr("tokenizer.json: has 1,000 tokens, but the model has 512"));
  }
}

TEST_F(TokenizerTest, BytesOfATokenKeepItsSpaceAndControlTokensHaveNone) {
  const Tokenizer tokenizer = load(example_tokenizer(), kCount);
  EXPECT_EQ(tokenizer.bytes(kSpaceA), " a");
  EXPECT_EQ(tokenizer.bytes(byte_token(0xE2)), "\xE2");
  EXPECT_EQ(tokenizer.bytes(kBegin), "");
  EXPECT_THROW(tokenizer.bytes(kCount), std::out_of_range);
  EXPECT_THROW(tokenizer.bytes(-1), std::out_of_range);
}

TEST_F(TokenizerTest, AnyTextIsTheSameAfterEncodingAndDecoding) {
  const Tokenizer tokenizer = load(example_tokenizer(), kCount);
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    const std::string text = random_text(random, i);
    EXPECT_EQ(decode(tokenizer, tokenizer.encode(text)), text);
  }
}

// Hugging Face's tokenizers do the same: both are ▁ in the vocabulary.
TEST_F(TokenizerTest, TheCharacterU2581IsDecodedAsASpace) {
  const Tokenizer tokenizer = load(example_tokenizer(), kCount);
  EXPECT_EQ(decode(tokenizer, tokenizer.encode("a\u2581b")), "a b");
}

TEST_F(TokenizerTest, AMegabyteOfMergesIsEncodedInTime) {
  const Tokenizer tokenizer = load(example_tokenizer(), kCount);
  std::string text;
  while (text.size() < 1'000'000) text += "abcaabcb";
  // Quadratic time would be hours, which the time limit of every test ends.
  EXPECT_EQ(decode(tokenizer, tokenizer.encode(text)), text);
}

}  // namespace
}  // namespace pi_ring
