// `pi-ring tokenize` as users call it.
#include <nlohmann/json.hpp>

#include "tests/file_text.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class TokenizeTest : public CommandTest {
 protected:
  Ending run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "tokenize");
    return pi_ring_run(std::move(arguments));
  }
  std::string out(std::vector<std::string> arguments) const {
    const Ending ending = run(std::move(arguments));
    EXPECT_EQ(ending.status, 0) << ending.err;
    return ending.out;
  }
};

TEST_F(TokenizeTest, TokensOfATextGiveTheTextAgain) {
  const std::string tokens = out({"Once upon a time"});
  EXPECT_THAT(tokens, StartsWith("1 "));
  EXPECT_EQ(out({"--decode", tokens}), "Once upon a time\n");
}

TEST_F(TokenizeTest, WordsAndAFileAreTheSameText) {
  write_file_text(folder_ / "text", "the dog ran");
  EXPECT_EQ(out({"the", "dog", "ran"}), out({"-f", folder_ / "text"}));
  EXPECT_EQ(run({"-f", folder_ / "text", "word"}).status, 2);
}

TEST_F(TokenizeTest, SpecialTokensAreTextUnlessAskedFor) {
  EXPECT_EQ(out({"--special", "</s>"}), "1 2\n");
  EXPECT_THAT(out({"</s>"}), testing::Not(HasSubstr("1 2\n")));
  EXPECT_EQ(out({"--decode", "1 2"}), "\n");
  EXPECT_EQ(out({"--decode", "--special", "1 2"}), "<s></s>\n");
}

TEST_F(TokenizeTest, JsonHasTokensPiecesAndText) {
  const auto object = nlohmann::json::parse(out({"--json", "time"}));
  EXPECT_EQ(object["count"], object["tokens"].size());
  EXPECT_EQ(object["pieces"].size(), object["tokens"].size());
  EXPECT_EQ(object["pieces"][0], "<s>");
  EXPECT_EQ(object["text"], "time");
}

TEST_F(TokenizeTest, AFolderNeedsNoWeights) {
  const std::filesystem::path only = folder_ / "only";
  std::filesystem::create_directory(only);
  std::filesystem::copy(PI_RING_DEMO "/tokenizer.json", only);
  EXPECT_EQ(out({"--model", only, "a dog"}), out({"a dog"}));
}

TEST_F(TokenizeTest, WhatIsNoTokenIsNamed) {
  for (const char* wrong : {"dog", "-1", "2048", "1 2x", "99999999999"}) {
    const Ending ending = run({"--decode", "--", wrong});
    EXPECT_EQ(ending.status, 1);
    EXPECT_THAT(ending.err, IsOneLineWith("is not a token"));
  }
}

}  // namespace
}  // namespace pi_ring
