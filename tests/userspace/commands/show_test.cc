// `pi-ring show` as users call it, held to what the ranks take.
#include <nlohmann/json.hpp>

#include "tests/sanitized.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ShowTest : public CommandTest {
 protected:
  Ending run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "show");
    return pi_ring_run(std::move(arguments));
  }
  std::string out(std::vector<std::string> arguments) const {
    const Ending ending = run(std::move(arguments));
    EXPECT_EQ(ending.status, 0) << ending.err;
    return ending.out;
  }
  json facts(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    return json::parse(out(std::move(arguments)));
  }
  std::filesystem::path quantized(const std::filesystem::path& model) const {
    auto file = folder_ / "model.gguf";
    const Ending ending =
        pi_ring_run({"quantize", model, "--type", "q8_0", "-o", file.string()});
    EXPECT_EQ(ending.status, 0) << ending.err;
    return file;
  }
};

TEST_F(ShowTest, TheDemoIsShownWithoutArguments) {
  const std::string text = out({});
  EXPECT_THAT(text, HasSubstr("family        llama\n"));
  EXPECT_THAT(text, HasSubstr("has no template"));
  EXPECT_THAT(text, HasSubstr("ends a text   1 \"<s>\"\n"));
  EXPECT_THAT(text, HasSubstr("\n    4     3  -"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

TEST_F(ShowTest, JsonSaysWhatTheModelIs) {
  const json model = facts({make_model("small")});
  EXPECT_EQ(model["name"], "small");
  EXPECT_EQ(model["files"], "a folder");
  EXPECT_EQ(model["layers"], 5);
  EXPECT_EQ(model["context"], 512);
  EXPECT_EQ(model["tokenizer"], "SentencePiece");
  EXPECT_EQ(model["end_tokens"][0]["piece"], "</s>");
  ASSERT_EQ(model["tensors"].size(), 1U);
  EXPECT_EQ(model["tensors"][0]["type"], "F32");
  EXPECT_EQ(model["tensors"][0]["bytes"],
            4 * model["parameters"].get<uint64_t>());
  ASSERT_EQ(model["rings"].size(), 3U);
  EXPECT_EQ(model["rings"][2]["memory"].size(), 4U);
}

TEST_F(ShowTest, TypesOfAGgufFileAreCounted) {
  const json model = facts({quantized(make_model("small"))});
  EXPECT_EQ(model["files"], "a GGUF file");
  const json& types = model["tensors"];
  EXPECT_EQ(types.front()["type"], "Q8_0");
  EXPECT_EQ(types.back()["type"], "F32");
  EXPECT_EQ(types.back()["tensors"], 11);  // the norms
}

TEST_F(ShowTest, OfShardsThoseThatAreHereAreShown) {
  const auto shards = folder_ / "shards";
  ASSERT_EQ(pi_ring_run({"shard", make_model("small"), "--ranks", "3", "-o",
                         shards.string()})
                .status,
            0);
  EXPECT_EQ(facts({shards})["rings"][0]["memory"].size(), 3U);
  const json one = facts({shards / "rank-1"});
  EXPECT_EQ(one["files"], "the shard of rank 1 of 3");
  ASSERT_EQ(one["rings"][0]["memory"].size(), 1U);
  EXPECT_EQ(one["rings"][0]["memory"][0]["first_layer"], 3);
  EXPECT_EQ(run({shards.string(), "--ranks", "2"}).status, 1);
}

TEST_F(ShowTest, WhatTheModelCannotHoldIsAWrongCall) {
  const std::string model = make_model("small");
  const Ending ranks = run({model, "--ranks", "7"});
  EXPECT_EQ(ranks.status, 2);
  EXPECT_THAT(ranks.err, IsOneLineWith("1 to 6 ranks"));
  const Ending context = run({model, "--context", "513"});
  EXPECT_EQ(context.status, 2);
  EXPECT_THAT(context.err, IsOneLineWith("can hold 512 tokens"));
  const Ending missing = run({(folder_ / "nothing").string()});
  EXPECT_EQ(missing.status, 1);
}

class PredictedMemory : public ShowTest {
 protected:
  static constexpr int kTokens = 96;

  std::filesystem::path make_large_model(DType type) const {
    const ModelConfig config = shape_of("15M");
    auto folder = folder_ / "large";
    write_random_model(config, 1, type, folder);
    write_plain_tokenizer(config.vocab, folder);
    return folder;
  }

  void expect_right(const std::filesystem::path& model, int ranks) const {
    const json predicted =
        facts({model, "--ranks", std::to_string(ranks), "--context",
               std::to_string(kTokens)})["rings"][0]["memory"];
    const Ending run = pi_ring_run(
        {"generate", "--model", model, "--ranks", std::to_string(ranks), "-n",
         std::to_string(kTokens - 1), "--ignore-eos", "--json", "-p", ""});
    ASSERT_EQ(run.status, 0) << run.err;
    const json taken = json::parse(run.out)["ranks"];
    ASSERT_EQ(taken.size(), predicted.size());
    for (size_t i = 0; i < taken.size(); ++i) {
      const auto bytes = taken[i]["peak_bytes"].get<double>();
      const auto most = predicted[i]["total_bytes"].get<double>();
      // A rank that was forked has not touched all of the program.
      const double untouched =
          predicted[i]["head"] ? 0
                               : predicted[i]["program_bytes"].get<double>();
      EXPECT_LE(bytes, 1.1 * most) << predicted[i].dump();
      EXPECT_GE(bytes, 0.9 * (most - untouched)) << predicted[i].dump();
    }
  }
};

TEST_F(PredictedMemory, IsWhatRanksWithPackedWeightsTake) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer takes memory of its own";
  const auto model = make_large_model(DType::F16);
  expect_right(model, 1);
  expect_right(model, 3);
}

TEST_F(PredictedMemory, IsWhatRanksWithAMappedFileTake) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer takes memory of its own";
  const auto model = quantized(make_large_model(DType::F16));
  expect_right(model, 1);
  expect_right(model, 3);
}

}  // namespace
}  // namespace pi_ring
