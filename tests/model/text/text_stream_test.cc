// Which text a stream of tokens gives, and when.
#include "model/text/text_stream.h"

#include <gtest/gtest.h>

#include "tests/model/text/example_tokenizer.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

constexpr int kEnd = 2;
constexpr const char* kReplaced = "\xEF\xBF\xBD";

class TextStreamTest : public testing::Test {
 protected:
  static Tokenizer load(const std::filesystem::path& folder) {
    write_tokenizer_json(example_tokenizer(), folder / "tokenizer.json");
    return Tokenizer(folder, kCount);
  }

  TemporaryFolder folder_;
  Tokenizer tokenizer_ = load(folder_.path());
  TextStream stream_{tokenizer_};
};

TEST_F(TextStreamTest, OnlyTheFirstSpaceIsLeftOut) {
  EXPECT_EQ(stream_.next(kBegin), "");
  EXPECT_EQ(stream_.next(kSpaceA), "a");
  EXPECT_EQ(stream_.next(kSpaceA), " a");
  EXPECT_EQ(stream_.next(kSpace), " ");
}

TEST_F(TextStreamTest, OneOfTwoLeadingSpacesStays) {
  EXPECT_EQ(stream_.next(kSpace), "");
  EXPECT_EQ(stream_.next(kSpaceA), " a");
}

TEST_F(TextStreamTest, AFirstTokenWithoutASpaceStaysWhole) {
  EXPECT_EQ(stream_.next(kABC), "abc");
  EXPECT_EQ(stream_.next(kSpaceA), " a");
}

TEST_F(TextStreamTest, ControlTokensEmitNothing) {
  for (const int token : {0, kBegin, kEnd}) {
    EXPECT_EQ(stream_.next(token), "");
  }
  EXPECT_EQ(stream_.finish(), "");
}

TEST_F(TextStreamTest, ACharacterInBytesIsGivenWithItsLastByte) {
  for (const int byte : {0xF0, 0x9F, 0x98}) {
    EXPECT_EQ(stream_.next(byte_token(byte)), "");
  }
  EXPECT_EQ(stream_.next(byte_token(0x80)), "\xF0\x9F\x98\x80");
  EXPECT_EQ(stream_.finish(), "");
}

TEST_F(TextStreamTest, AControlTokenDoesNotBreakACharacter) {
  EXPECT_EQ(stream_.next(byte_token(0xC3)), "");
  EXPECT_EQ(stream_.next(kEnd), "");
  EXPECT_EQ(stream_.next(byte_token(0xA9)), "\xC3\xA9");
}

TEST_F(TextStreamTest, AnInvalidByteIsReplacedAtOnce) {
  EXPECT_EQ(stream_.next(byte_token(0xFF)), kReplaced);
  EXPECT_EQ(stream_.next(byte_token(0x80)), kReplaced);
}

TEST_F(TextStreamTest, ABrokenCharacterIsReplacedWithTheNextByte) {
  EXPECT_EQ(stream_.next(byte_token(0xE2)), "");
  EXPECT_EQ(stream_.next(byte_token(0x96)), "");
  EXPECT_EQ(stream_.next(kA), std::string(kReplaced) + "a");
  EXPECT_EQ(stream_.next(byte_token(0xE0)), "");
  // The second byte shows that the form is overlong, and is invalid by itself
  // too.
  EXPECT_EQ(stream_.next(byte_token(0x80)), std::string(kReplaced) + kReplaced);
}

TEST_F(TextStreamTest, AnIncompleteCharacterAtTheEndIsReplacedOnce) {
  stream_.next(byte_token(0xF0));
  stream_.next(byte_token(0x9F));
  EXPECT_EQ(stream_.finish(), kReplaced);
  EXPECT_EQ(stream_.finish(), "");
}

TEST_F(TextStreamTest, ANulByteIsText) {
  EXPECT_EQ(stream_.next(byte_token(0)), std::string(1, '\0'));
}

}  // namespace
}  // namespace pi_ring
