// A vocabulary as GGUF files have it makes the tokenizer that it means.
#include "model/text/stored_vocabulary.h"

#include <gmock/gmock.h>

#include "model/text/byte_level.h"
#include "model/text/sentencepiece.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "tests/bad_input_of.h"

namespace pi_ring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// <unk> <s> </s>, the bytes, then these with their scores.
StoredVocabulary sentencepiece_vocabulary() {
  StoredVocabulary vocabulary;
  vocabulary.pieces = {"<unk>", "<s>", "</s>"};
  vocabulary.types = {PieceType::kUnknown, PieceType::kControl,
                      PieceType::kControl};
  for (int byte = 0; byte < kByteValues; ++byte) {
    vocabulary.pieces.push_back(byte_piece(byte));
    vocabulary.types.push_back(PieceType::kByte);
  }
  vocabulary.scores.resize(vocabulary.pieces.size());
  const std::vector<std::pair<const char*, float>> pieces = {
      {"▁", -9}, {"a", -9}, {"b", -9}, {"ab", -1}, {"▁a", -2}, {"ba", -1}};
  for (const auto& [piece, score] : pieces) {
    vocabulary.pieces.emplace_back(piece);
    vocabulary.types.push_back(PieceType::kNormal);
    vocabulary.scores.push_back(score);
  }
  vocabulary.begin = 1;
  vocabulary.end = 2;
  return vocabulary;
}

enum SentencepieceId { kSpaceId = 259, kAId, kBId, kABId, kSpaceAId, kBAId };

// The 256 bytes, then these.
StoredVocabulary byte_vocabulary() {
  StoredVocabulary vocabulary;
  vocabulary.kind = StoredVocabulary::Kind::kByteLevel;
  for (int byte = 0; byte < kByteValues; ++byte) {
    vocabulary.pieces.push_back(
        byte_level_character(static_cast<unsigned char>(byte)));
  }
  for (const char* piece : {"ab", "Ġa", "12", "<|end|>", "<think>"}) {
    vocabulary.pieces.emplace_back(piece);
  }
  vocabulary.types.resize(vocabulary.pieces.size(), PieceType::kNormal);
  vocabulary.types[259] = PieceType::kControl;
  vocabulary.types[260] = PieceType::kUserDefined;
  vocabulary.merges = {"a b", "Ġ a", "1 2"};
  vocabulary.splitting_rule = "gpt-2";
  vocabulary.begin = vocabulary.end = 259;
  return vocabulary;
}

std::vector<int> encode(const StoredVocabulary& vocabulary,
                        std::string_view text,
                        SpecialTokens special = SpecialTokens::kAreText) {
  return Tokenizer(parts_of(vocabulary),
                   static_cast<int>(vocabulary.pieces.size()))
      .encode(text, special);
}

TEST(StoredVocabularyTest, TheBestScoreIsMergedFirstAndLeftmostOfEqual) {
  const StoredVocabulary vocabulary = sentencepiece_vocabulary();
  EXPECT_THAT(encode(vocabulary, "a"), ElementsAre(1, kSpaceAId));
  EXPECT_THAT(encode(vocabulary, "ab"), ElementsAre(1, kSpaceId, kABId));
  EXPECT_THAT(encode(vocabulary, "bab"), ElementsAre(1, kSpaceId, kBAId, kBId));
  EXPECT_THAT(encode(vocabulary, "aba"), ElementsAre(1, kSpaceId, kABId, kAId));
}

TEST(StoredVocabularyTest, TheFlagsSayWhatIsPutAroundAText) {
  StoredVocabulary vocabulary = sentencepiece_vocabulary();
  vocabulary.add_begin = false;
  vocabulary.add_end = true;
  vocabulary.add_space_prefix = false;
  EXPECT_THAT(encode(vocabulary, "ab"), ElementsAre(kABId, 2));
}

TEST(StoredVocabularyTest, AUsersSymbolIsFoundInTheText) {
  StoredVocabulary vocabulary = sentencepiece_vocabulary();
  vocabulary.types[kBAId] = PieceType::kUserDefined;
  EXPECT_THAT(encode(vocabulary, "aba"), ElementsAre(1, kSpaceAId, kBAId));
}

TEST(StoredVocabularyTest, ByteLevelTextIsCutAndMerged) {
  const StoredVocabulary vocabulary = byte_vocabulary();
  EXPECT_THAT(encode(vocabulary, "ab a"), ElementsAre(256, 257));
  EXPECT_THAT(encode(vocabulary, "12"), ElementsAre(258));
  EXPECT_THAT(encode(vocabulary, "<think>a"), ElementsAre(260, 'a'));
  EXPECT_THAT(encode(vocabulary, "<|end|>", SpecialTokens::kAreFound),
              ElementsAre(259));
  EXPECT_EQ(encode(vocabulary, "<|end|>").size(), 7U);
}

TEST(StoredVocabularyTest, TheSplittingRuleIsNamedOrRefused) {
  StoredVocabulary vocabulary = byte_vocabulary();
  vocabulary.splitting_rule = "smollm";
  EXPECT_THAT(encode(vocabulary, "12"), ElementsAre('1', '2'));
  vocabulary.splitting_rule = "llama-bpe";
  EXPECT_THAT(encode(vocabulary, "12"), ElementsAre(259, 258));
  vocabulary.splitting_rule = "qwen2";
  EXPECT_THAT(encode(vocabulary, "12"), ElementsAre('1', '2'));
  EXPECT_THAT(encode(vocabulary, "e\u0301"), encode(vocabulary, "é"));
  vocabulary.splitting_rule = "default";
  EXPECT_THAT(encode(vocabulary, "ab"), ElementsAre(256));
  vocabulary.splitting_rule = "tekken";
  EXPECT_THAT(bad_input_of([&] { parts_of(vocabulary); }),
              HasSubstr("the splitting rule \"tekken\" is not supported"));
}

TEST(StoredVocabularyTest, ListsThatDoNotFitAreRefused) {
  StoredVocabulary vocabulary = sentencepiece_vocabulary();
  vocabulary.scores.pop_back();
  EXPECT_THAT(bad_input_of([&] { parts_of(vocabulary); }),
              HasSubstr("scores for 265 tokens"));
  vocabulary = byte_vocabulary();
  vocabulary.types.pop_back();
  EXPECT_THAT(bad_input_of([&] { parts_of(vocabulary); }),
              HasSubstr("types for 261 tokens"));
  vocabulary = byte_vocabulary();
  vocabulary.begin = 261;
  EXPECT_THAT(bad_input_of([&] { parts_of(vocabulary); }),
              HasSubstr("the begin token is 261"));
  for (const char* merge : {"", "ab", "a x", "a c"}) {
    vocabulary = byte_vocabulary();
    vocabulary.merges[1] = merge;
    EXPECT_THAT(bad_input_of([&] { parts_of(vocabulary); }),
                HasSubstr("merge 1 "));
  }
}

TEST(StoredVocabularyTest, TokensPastTheModelsVocabularyAreLeftOut) {
  StoredVocabulary vocabulary = byte_vocabulary();
  vocabulary.types[260] = PieceType::kControl;
  const Tokenizer tokenizer(parts_of(vocabulary), 260);
  EXPECT_EQ(tokenizer.encode("<think>", SpecialTokens::kAreFound).size(), 7U);
  const Tokenizer padded(parts_of(vocabulary), 300);
  EXPECT_EQ(padded.bytes(299), "");
  EXPECT_EQ(padded.piece(299), "");
  EXPECT_THROW(padded.bytes(300), std::out_of_range);
  EXPECT_THAT(bad_input_of([&] { Tokenizer(parts_of(vocabulary), 258); }),
              HasSubstr("has 259 tokens, but the model has 258"));
}

}  // namespace
}  // namespace pi_ring
