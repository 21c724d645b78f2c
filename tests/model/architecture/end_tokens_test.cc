// Which tokens end a text, as config.json and generation_config.json say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/model/architecture/config_text.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

using EndTokens = ConfigTest;

TEST_F(EndTokens, EveryTokenOfAListOfEndTokensCounts) {
  EXPECT_THAT(read_with("eos_token_id", {7, 8, 9}).eos, ElementsAre(7, 8, 9));
  EXPECT_THAT(read_with("eos_token_id", 7).eos, ElementsAre(7));
  for (const json& list : {json::array(), json({7, -1}), json({7, "8"}),
                           json(std::vector<int>(65, 7))}) {
    EXPECT_THAT(refusal_with("eos_token_id", list),
                HasSubstr("eos_token_id is ["));
  }
  EXPECT_THAT(refusal_with("eos_token_id", {7, 512}),
              HasSubstr("the end token is 512, expected 0 to 511"));
}

TEST_F(EndTokens, TheEndTokensOfTheGenerationConfigCountToo) {
  write_file_text(folder_ / "generation_config.json",
                  R"({"eos_token_id": [9, 2], "temperature": 0.6})");
  EXPECT_THAT(read_with("eos_token_id", 2).eos, ElementsAre(2, 9));
  write_file_text(folder_ / "generation_config.json", R"({"eos_token_id": 7})");
  EXPECT_THAT(read(valid().dump()).eos, ElementsAre(2, 7));
  write_file_text(folder_ / "generation_config.json", "{}");
  EXPECT_THAT(read(valid().dump()).eos, ElementsAre(2));
}

TEST_F(EndTokens, ADamagedGenerationConfigIsRefusedByName) {
  for (const char* text : {"", "[]", R"({"eos_token_id": "2"})",
                           R"({"eos_token_id": [2, 512]})"}) {
    write_file_text(folder_ / "generation_config.json", text);
    EXPECT_THAT(refusal(valid().dump()), HasSubstr("generation_config.json"));
  }
}

TEST_F(EndTokens, AModelWithoutBeginAndEndTokensIsWrittenAsSuch) {
  ModelConfig config = read(valid().dump());
  config.bos = kNoToken;
  config.eos = {};
  write_config(config, folder_.path());
  const ModelConfig back = read_config(folder_.path());
  EXPECT_EQ(back.bos, kNoToken);
  EXPECT_THAT(back.eos, ElementsAre());
}

}  // namespace
}  // namespace pi_ring
