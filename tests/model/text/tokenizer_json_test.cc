// A valid tokenizer.json is read, and one with any kind of damage is refused.
#include "model/text/tokenizer_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "model/base/bad_input.h"
#include "model/text/tokenizer.h"
#include "tests/bad_input_of.h"
#include "tests/model/text/example_tokenizer.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class TokenizerJsonTest : public testing::Test {
 protected:
  TokenizerParts read(const std::string& text) const {
    std::ofstream(file_, std::ios::binary) << text;
    return read_tokenizer_json(file_);
  }

  std::string error_of(const std::string& text) const {
    try {
      read(text);
    } catch (const BadInput& error) {
      std::string reason = error.what();
      EXPECT_EQ(reason.find('\n'), reason.npos);
      EXPECT_LT(reason.size(), file_.string().size() + 300);
      EXPECT_THAT(reason, HasSubstr("tokenizer.json: "));
      return reason;
    }
    return "no error";
  }
  std::string error_of(const json& root) const { return error_of(root.dump()); }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "tokenizer.json";
  json root_ = read_example_json();
};

TEST_F(TokenizerJsonTest, WhatIsWrittenIsReadBack) {
  const TokenizerParts wrote = example_tokenizer();
  const TokenizerParts back = read(root_.dump());
  EXPECT_EQ(back.pieces, wrote.pieces);
  EXPECT_EQ(back.control, wrote.control);
  EXPECT_EQ(back.merges, wrote.merges);
  EXPECT_EQ(back.before, wrote.before);
  EXPECT_TRUE(is_plain_sentencepiece(back));
  EXPECT_EQ(back.unknown, wrote.unknown);
  EXPECT_TRUE(back.byte_fallback);
  EXPECT_TRUE(back.fuse_unknown);
}

TEST_F(TokenizerJsonTest, MergesMayBePairs) {
  for (auto& merge : root_["model"]["merges"]) {
    const auto both = merge.get<std::string>();
    merge = {both.substr(0, both.find(' ')), both.substr(both.find(' ') + 1)};
  }
  EXPECT_EQ(read(root_.dump()).merges, example_tokenizer().merges);
}

TEST_F(TokenizerJsonTest, AddedTokensMayBeMissingFromTheVocabulary) {
  root_["added_tokens"].push_back(
      {{"id", kCount}, {"content", "<pad>"}, {"special", true}});
  const TokenizerParts tokenizer = read(root_.dump());
  EXPECT_EQ(tokenizer.pieces.at(kCount), "<pad>");
  EXPECT_TRUE(tokenizer.control.at(kCount));
}

TEST_F(TokenizerJsonTest, ZeroBytesAndVeryLongPiecesAreRead) {
  root_["model"]["vocab"][std::string("x\0y", 3)] = kCount;
  root_["model"]["vocab"][std::string(1'000'000, 'z')] = kCount + 1;
  const TokenizerParts tokenizer = read(root_.dump());
  EXPECT_EQ(tokenizer.pieces.at(kCount).size(), 3U);
  EXPECT_EQ(tokenizer.pieces.at(kCount + 1).size(), 1'000'000U);
}

TEST_F(TokenizerJsonTest, AMissingFileIsBadInput) {
  EXPECT_THROW(read_tokenizer_json(folder_.path() / "none"), BadInput);
  EXPECT_THROW(read_tokenizer_json(folder_.path()), BadInput);
}

TEST_F(TokenizerJsonTest, TextThatIsNotJsonIsRefusedWithThePlace) {
  EXPECT_THAT(error_of(std::string()), HasSubstr("is empty"));
  EXPECT_THAT(error_of(std::string("{]")),
              HasSubstr("not JSON: the text is wrong at byte 2"));
  EXPECT_THAT(error_of(std::string("{\"\xFF\":1}")), HasSubstr("not JSON"));
  EXPECT_THAT(error_of(std::string("1e9999")), HasSubstr("out of range"));
  EXPECT_THAT(error_of(std::string("[]")), HasSubstr("is not a JSON object"));
}

TEST_F(TokenizerJsonTest, DeepNestingIsRefused) {
  const std::string open(1'000'000, '[');
  const std::string close(1'000'000, ']');
  EXPECT_THAT(error_of(open), HasSubstr("nested deeper"));
  EXPECT_THAT(error_of(open + close), HasSubstr("nested deeper"));
  for (const char* part : {"normalizer", "decoder", "pre_tokenizer",
                           "post_processor", "model", "added_tokens"}) {
    json without = root_;
    without.erase(part);
    const std::string rest = without.dump().substr(1);
    EXPECT_NE(
        error_of("{\"" + std::string(part) + "\":" + open + close + "," + rest),
        "no error");
  }
}

TEST_F(TokenizerJsonTest, EveryMissingPartIsNamed) {
  for (const char* part : {"model", "decoder"}) {
    json without = root_;
    without.erase(part);
    EXPECT_THAT(error_of(without), HasSubstr(part));
  }
  for (const char* part : {"vocab", "merges", "type"}) {
    json without = root_;
    without["model"].erase(part);
    EXPECT_THAT(error_of(without), HasSubstr(part));
  }
}

TEST_F(TokenizerJsonTest, EveryPartOfTheWrongTypeIsRefused) {
  for (const char* part :
       {"/model", "/model/vocab", "/model/merges", "/model/type",
        "/model/byte_fallback", "/model/fuse_unk", "/model/unk_token",
        "/added_tokens", "/normalizer", "/decoder", "/post_processor",
        "/pre_tokenizer", "/added_tokens/0", "/added_tokens/0/id",
        "/added_tokens/0/special", "/model/vocab/a", "/model/merges/0",
        "/post_processor/single/0"}) {
    json wrong = root_;
    wrong[json::json_pointer(part)] = 0.5;
    EXPECT_NE(error_of(wrong), "no error") << part;
  }
}

TEST_F(TokenizerJsonTest, OtherKindsAreNamed) {
  json other = root_;
  other["model"]["type"] = "Unigram";
  EXPECT_THAT(error_of(other), HasSubstr("model type \"Unigram\""));
  other = root_;
  other["normalizer"] = {{"type", "Lowercase"}};
  EXPECT_THAT(error_of(other),
              HasSubstr("normalizer \"Lowercase\" is not supported"));
  other = root_;
  other["pre_tokenizer"] = {{"type", "BertPreTokenizer"}};
  EXPECT_THAT(error_of(other), HasSubstr("pre_tokenizer \"BertPreTokenizer\""));
  other = root_;
  other["post_processor"] = {{"type", "RobertaProcessing"}};
  EXPECT_THAT(error_of(other),
              HasSubstr("post_processor \"RobertaProcessing\""));
  other = root_;
  other["decoder"] = {{"type", "WordPiece"}};
  EXPECT_THAT(error_of(other), HasSubstr("decoder \"WordPiece\""));
}

TEST_F(TokenizerJsonTest, StagesThatDoNotFitEachOtherAreRefused) {
  root_["pre_tokenizer"] = {{"type", "ByteLevel"}, {"use_regex", true}};
  EXPECT_THAT(error_of(root_), HasSubstr("pre_tokenizer \"ByteLevel\""));
  root_["pre_tokenizer"] = nullptr;
  root_["decoder"] = {{"type", "ByteLevel"}};
  EXPECT_THAT(error_of(root_), HasSubstr("decoder \"ByteLevel\""));
}

TEST_F(TokenizerJsonTest, ANormalizerThatMakesATextEndlessIsGivenUp) {
  const json twice = {
      {"type", "Replace"}, {"pattern", {{"String", "a"}}}, {"content", "aa"}};
  json steps = json::array();
  for (int i = 0; i < 32; ++i) steps.push_back(twice);
  root_["normalizer"] = {{"type", "Sequence"}, {"normalizers", steps}};
  const TokenizerParts parts = read(root_.dump());
  EXPECT_THAT(bad_input_of([&] { Tokenizer(parts, kCount).encode("a"); }),
              HasSubstr("makes the text too long"));
  root_["normalizer"]["normalizers"].push_back(twice);
  EXPECT_THAT(error_of(root_), HasSubstr("normalizer has 33 steps"));
}

TEST_F(TokenizerJsonTest, ATokenizerMayPutNoTokensAroundATextOrSeveral) {
  root_.erase("post_processor");
  EXPECT_TRUE(read(root_.dump()).before.empty());
  const auto special = [](const char* piece) {
    return json{{"SpecialToken", {{"id", piece}, {"type_id", 0}}}};
  };
  const auto named = [](const char* piece, int id) {
    return json{{"id", piece}, {"ids", {id}}, {"tokens", {piece}}};
  };
  root_["post_processor"] = {{"type", "Sequence"},
                             {"processors",
                              {{{"type", "ByteLevel"}},
                               {{"type", "TemplateProcessing"},
                                {"single",
                                 {special("<s>"),
                                  special("<unk>"),
                                  {{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
                                  special("</s>")}},
                                {"special_tokens",
                                 {{"<s>", named("<s>", 1)},
                                  {"<unk>", named("<unk>", 0)},
                                  {"</s>", named("</s>", 2)}}}}}}};
  const TokenizerParts parts = read(root_.dump());
  EXPECT_EQ(parts.before, std::vector<int>({1, 0}));
  EXPECT_EQ(parts.after, std::vector<int>({2}));
}

TEST_F(TokenizerJsonTest, RepeatedNegativeMissingAndLargeIdsAreRefused) {
  auto& id = root_["model"]["vocab"]["abc"];
  id = kAB;
  EXPECT_THAT(error_of(root_), HasSubstr("belongs to both"));
  id = -1;
  EXPECT_THAT(error_of(root_), HasSubstr("has the id -1"));
  id = kCount;  // leaves a gap
  EXPECT_THAT(error_of(root_),
              HasSubstr("has the id 267, but there are only 267"));
  id = UINT64_MAX;
  EXPECT_THAT(error_of(root_), HasSubstr("has the id 9,223"));
  id = "7";
  EXPECT_THAT(error_of(root_), HasSubstr("is not a whole number"));
}

TEST_F(TokenizerJsonTest, AnAddedTokenThatContradictsTheVocabularyIsRefused) {
  root_["added_tokens"][0]["id"] = 5;
  EXPECT_THAT(error_of(root_), HasSubstr("has two ids, 0 and 5"));
}

TEST_F(TokenizerJsonTest, MergesOfUnknownPiecesAreRefused) {
  auto& merge = root_["model"]["merges"][1];
  merge = "a x";
  EXPECT_THAT(error_of(root_), HasSubstr("merge 1 names \"x\""));
  merge = "a c";
  EXPECT_THAT(error_of(root_), HasSubstr("merge 1 names \"ac\""));
  for (const json& bad :
       {json("a"), json("a b c"), json({"a"}), json({1, 2})}) {
    merge = bad;
    EXPECT_THAT(error_of(root_), HasSubstr("merge 1 is not two pieces"));
  }
}

TEST_F(TokenizerJsonTest, WithoutAnUnknownTokenEveryByteNeedsAToken) {
  root_["model"]["unk_token"] = nullptr;
  EXPECT_EQ(error_of(root_), "no error");
  root_["model"]["byte_fallback"] = false;
  EXPECT_THAT(error_of(root_), HasSubstr("neither"));
}

TEST_F(TokenizerJsonTest, TheBeginTokenMustBeTheVocabularys) {
  root_["post_processor"]["special_tokens"]["<s>"]["ids"] = {2};
  EXPECT_THAT(error_of(root_), HasSubstr("gives \"<s>\" the id 2"));
}

TEST_F(TokenizerJsonTest, RandomDamageNeverCrashes) {
  const std::string whole = root_.dump();
  std::mt19937 random(7);
  for (int i = 0; i < 1500; ++i) {
    std::string damaged = whole;
    for (unsigned hits = 1 + random() % 3; hits > 0; --hits) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    if (random() % 8 == 0) damaged.resize(random() % damaged.size());
    std::ofstream(file_, std::ios::binary) << damaged;
    try {
      Tokenizer(folder_.path(), kCount).encode("abc \xC3\xA9");
    } catch (const BadInput&) {
    }
  }
}

}  // namespace
}  // namespace pi_ring
