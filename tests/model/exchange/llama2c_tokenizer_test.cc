// A tokenizer.bin becomes a tokenizer.json that gives the same tokens.
#include "model/exchange/llama2c_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/base/bad_input.h"
#include "model/text/sentencepiece.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "tests/model/exchange/llama2c_reference.h"
#include "tests/model/text/random_text.h"
#include "tests/real_weights.h"
#include "tests/sanitized.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

constexpr int kFirstPiece = 259;

std::vector<ScoredPiece> small_vocabulary() {
  std::vector<ScoredPiece> pieces = {
      {0, "<unk>"}, {0, "\n<s>\n"}, {0, "\n</s>\n"}};
  for (int byte = 0; byte < kByteValues; ++byte) {
    pieces.push_back({0, byte_piece(byte)});
  }
  const char* const texts[] = {"he", " t", " the", "in", "  ", " ",
                               "t",  "h",  "e",    "i",  "n",  "\xC3\xA9"};
  float score = 0;
  for (const char* text : texts) pieces.push_back({score--, text});
  return pieces;
}

std::string bytes_of(const void* value) {
  return std::string(static_cast<const char*>(value), 4);
}

std::string bytes_of(const ScoredPiece& piece) {
  const auto length = static_cast<int32_t>(piece.text.size());
  return bytes_of(&piece.score) + bytes_of(&length) + piece.text;
}

std::string bytes_of(const std::vector<ScoredPiece>& pieces) {
  const int32_t longest = 8;
  std::string bytes = bytes_of(&longest);
  for (const ScoredPiece& piece : pieces) bytes += bytes_of(piece);
  return bytes;
}

class Llama2cTokenizerTest : public testing::Test {
 protected:
  void import(const std::string& bytes, size_t vocab) const {
    const auto file = folder_.path() / "tokenizer.bin";
    std::ofstream(file, std::ios::binary) << bytes;
    import_llama2c_tokenizer(file, static_cast<int>(vocab), folder_.path());
  }

  std::string error_of(const std::string& bytes, size_t vocab) const {
    try {
      import(bytes, vocab);
    } catch (const BadInput& error) {
      std::string reason = error.what();
      EXPECT_EQ(reason.find('\n'), reason.npos);
      EXPECT_THAT(reason, HasSubstr("tokenizer.bin: "));
      return reason;
    }
    return "no error";
  }
  std::string error_of(const std::vector<ScoredPiece>& pieces) const {
    return error_of(bytes_of(pieces), pieces.size());
  }

  void expect_same(const Llama2cReference& reference,
                   const Tokenizer& tokenizer, const std::string& text) const {
    const std::vector<int> tokens = tokenizer.encode(text);
    ASSERT_EQ(tokens, reference.encode(text)) << text;
    TextStream stream(tokenizer);
    std::string back;
    for (const int token : tokens) back += stream.next(token);
    ASSERT_EQ(back + stream.finish(), text);
  }

  // Random text, runs of spaces, and every nth line of a text.
  void expect_same_everywhere(const std::filesystem::path& file, int vocab,
                              const std::filesystem::path& text,
                              int nth) const {
    import_llama2c_tokenizer(file, vocab, folder_.path());
    const Tokenizer tokenizer(folder_.path(), vocab);
    const Llama2cReference reference(read_scored_pieces(file));
    std::mt19937 random(3);
    for (int i = 0; i < 200; ++i) {
      expect_same(reference, tokenizer, random_text(random, i));
    }
    for (int spaces = 0; spaces < 70; ++spaces) {
      const std::string run(spaces, ' ');
      expect_same(reference, tokenizer, run);
      expect_same(reference, tokenizer, "a" + run + "the\n" + run + ".");
    }
    std::ifstream lines(text);
    std::string line;
    const int every = kSanitized ? 20 * nth : nth;
    for (int i = 0; std::getline(lines, line); ++i) {
      if (i % every == 0) expect_same(reference, tokenizer, line);
    }
  }

  TemporaryFolder folder_;
  std::vector<ScoredPiece> pieces_ = small_vocabulary();
};

TEST_F(Llama2cTokenizerTest, EncodesAsLlama2cDoes) {
  import(bytes_of(pieces_), pieces_.size());
  const Tokenizer tokenizer(folder_.path(), static_cast<int>(pieces_.size()));
  const Llama2cReference reference(pieces_);
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    expect_same(reference, tokenizer, random_text(random, i));
  }
}

// In Llama's vocabulary all runs of spaces have one score.
TEST_F(Llama2cTokenizerTest, RunsOfOneScoreGrowFromTheLeft) {
  pieces_.push_back({-1e9F, "   "});
  pieces_[kFirstPiece + 4].score = -1e9F;  // two spaces
  import(bytes_of(pieces_), pieces_.size());
  const Tokenizer tokenizer(folder_.path(), static_cast<int>(pieces_.size()));
  const Llama2cReference reference(pieces_);
  for (int spaces = 0; spaces < 20; ++spaces) {
    expect_same(reference, tokenizer, std::string(spaces, ' ') + "the");
  }
}

TEST_F(Llama2cTokenizerTest, EncodesAsLlama2cDoesWithTheDemosPieces) {
  export_llama2c_tokenizer(PI_RING_DEMO, folder_ / "demo.bin");
  expect_same_everywhere(folder_ / "demo.bin", 2048, PI_RING_DEMO "/README.md",
                         1);
}

using Llama2cTokenizerRealWeights = WithRealWeights<Llama2cTokenizerTest>;

TEST_F(Llama2cTokenizerRealWeights, EncodesAsLlama2cDoesWith512Pieces) {
  expect_same_everywhere(data_ / "tok512.bin", 512,
                         data_ / "tinystories_10k.txt", 10);
}

TEST_F(Llama2cTokenizerRealWeights, EncodesAsLlama2cDoesWith32000Pieces) {
  expect_same_everywhere(data_ / "tokenizer.bin", 32000,
                         data_ / "tinystories_10k.txt", 25);
}

TEST_F(Llama2cTokenizerTest, EveryTruncationIsRefused) {
  const std::string whole = bytes_of(pieces_);
  for (size_t size = 0; size < whole.size(); ++size) {
    ASSERT_THAT(error_of(whole.substr(0, size), pieces_.size()),
                HasSubstr("is cut short"));
  }
}

TEST_F(Llama2cTokenizerTest, AnotherSizeThanTheModelsIsRefused) {
  const std::string whole = bytes_of(pieces_);
  EXPECT_THAT(error_of(whole + "x", pieces_.size()), HasSubstr("has more"));
  EXPECT_THAT(error_of(whole, pieces_.size() - 1), HasSubstr("has more"));
  EXPECT_THAT(error_of(whole, pieces_.size() + 1), HasSubstr("is cut short"));
  EXPECT_THAT(error_of(whole, 100), HasSubstr("is too small"));
}

TEST_F(Llama2cTokenizerTest, LengthsNegativeOrBeyondTheLongestAreRefused) {
  std::string bytes = bytes_of(pieces_);
  const size_t length_at = 8;  // of token 0
  bytes.replace(length_at, 4, "\xFF\xFF\xFF\xFF");
  EXPECT_THAT(error_of(bytes, pieces_.size()),
              HasSubstr("the piece at byte 8 has -1 bytes"));
  bytes.replace(length_at, 4, std::string("\x09\0\0\0", 4));
  EXPECT_THAT(error_of(bytes, pieces_.size()), HasSubstr("expected 0 to 8"));
}

TEST_F(Llama2cTokenizerTest, ScoresThatAreNotFiniteAreRefused) {
  for (const float score : {NAN, std::numeric_limits<float>::infinity()}) {
    pieces_[300 % pieces_.size()].score = score;
    EXPECT_THAT(error_of(pieces_), HasSubstr("is not a finite number"));
  }
}

TEST_F(Llama2cTokenizerTest, PiecesThatAreNotUtf8AreRefused) {
  pieces_[kFirstPiece].text = "\xC3";
  EXPECT_THAT(error_of(pieces_), HasSubstr("is not UTF-8"));
}

TEST_F(Llama2cTokenizerTest, PiecesInTheWrongPlaceAreRefused) {
  std::swap(pieces_[1], pieces_[2]);
  EXPECT_THAT(error_of(pieces_), HasSubstr("token 1 is"));
  pieces_ = small_vocabulary();
  pieces_[kFirstPiece - 1].text = "x";
  EXPECT_THAT(error_of(pieces_), HasSubstr("expected \"<0xFF>\""));
}

TEST_F(Llama2cTokenizerTest, RepeatedPiecesAndAMissingSpaceAreRefused) {
  pieces_[kFirstPiece].text = "in";
  EXPECT_THAT(error_of(pieces_), HasSubstr("are both \"in\""));
  pieces_ = small_vocabulary();
  pieces_[kFirstPiece + 5].text = "x";
  EXPECT_THAT(error_of(pieces_), HasSubstr("has no token for the space"));
}

TEST_F(Llama2cTokenizerTest, RandomDamageNeverCrashes) {
  const std::string whole = bytes_of(pieces_);
  std::mt19937 random(9);
  for (int i = 0; i < (kSanitized ? 300 : 1500); ++i) {
    std::string damaged = whole;
    // The second half has the pieces, where some damage cannot be noticed.
    const size_t from = random() % 2 == 0 ? 0 : whole.size() - 140;
    const size_t at = from + random() % (damaged.size() - from);
    damaged[at] = static_cast<char>(random());
    try {
      import(damaged, pieces_.size());
      Tokenizer(folder_.path(), static_cast<int>(pieces_.size()))
          .encode("the tin \xC3\xA9");
    } catch (const BadInput&) {
    }
  }
}

}  // namespace
}  // namespace pi_ring
