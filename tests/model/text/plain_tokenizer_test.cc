// The plain tokenizer can encode any text, and may have any size from 512 on.
#include "model/text/plain_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "model/base/bad_input.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "model/text/tokenizer_json.h"
#include "tests/model/text/random_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

TEST(PlainTokenizer, AnyTextIsTheSameAfterEncodingAndDecoding) {
  const TemporaryFolder folder;
  write_plain_tokenizer(600, folder.path());
  const Tokenizer tokenizer(folder.path(), 600);
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    const std::string text = random_text(random, i);
    TextStream stream(tokenizer);
    std::string back;
    for (const int token : tokenizer.encode(text)) back += stream.next(token);
    EXPECT_EQ(back + stream.finish(), text);
  }
}

TEST(PlainTokenizer, CommonEnglishTakesFewTokens) {
  const TemporaryFolder folder;
  write_plain_tokenizer(512, folder.path());
  const Tokenizer tokenizer(folder.path(), 512);
  const std::string text = "Once upon a time there was a little boy and he";
  EXPECT_LT(tokenizer.encode(text).size(), text.size() / 2);
}

TEST(PlainTokenizer, TheTextOfEveryMergedPieceIsEncodedAsThatPiece) {
  const TemporaryFolder folder;
  write_plain_tokenizer(512, folder.path());
  const Tokenizer tokenizer(folder.path(), 512);
  const TokenizerParts parts =
      read_tokenizer_json(folder.path() / "tokenizer.json");
  for (const Merge& merge : parts.merges) {
    std::string text(tokenizer.bytes(merge.product));
    if (text[0] != ' ') text = "\n" + text;  // away from the first space
    if (text[0] == ' ') text.erase(0, 1);
    EXPECT_EQ(tokenizer.encode(text).back(), merge.product) << text;
  }
}

TEST(PlainTokenizer, AllPiecesDifferAndTheLastAreFillers) {
  const TemporaryFolder folder;
  write_plain_tokenizer(32000, folder.path());
  const TokenizerParts parts =
      read_tokenizer_json(folder.path() / "tokenizer.json");
  EXPECT_EQ(
      std::set<std::string>(parts.pieces.begin(), parts.pieces.end()).size(),
      32000U);
  EXPECT_EQ(parts.pieces.back(), "<filler_31999>");
}

TEST(PlainTokenizer, FewerThan512TokensAreRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_plain_tokenizer(511, folder.path()), BadInput);
}

}  // namespace
}  // namespace pi_ring
