// `pi-ring generate` as users call it.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "tests/real_weights.h"
#include "tests/reference/naive_llama.h"
#include "tests/sanitized.h"
#include "tests/userspace/commands/generate/generate_command.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(GenerateTest, EveryRingWritesTheSameText) {
  const auto model = make_model("model");
  const auto text = [&](const std::string& ranks, const std::string& threads) {
    return pi_ring_run({"generate", "--model", model, "--ranks", ranks,
                        "--threads", threads, "--temperature", "0", "-n", "60",
                        "The little dog ran"})
        .out;
  };
  const std::string alone = text("1", "1");
  EXPECT_THAT(alone, testing::StartsWith("The little dog ran"));
  for (const char* ranks : tried({"2", "3", "4", "6"})) {
    EXPECT_EQ(text(ranks, "1"), alone) << ranks << " ranks";
    EXPECT_EQ(text(ranks, "2"), alone) << ranks << " ranks, two threads";
  }
}

// The most likely text after a prompt, by the textbook's arithmetic.
std::string textbook_text(const std::filesystem::path& model, int vocab,
                          const std::string& prompt, int count) {
  const NaiveLlama llama(model);
  const Tokenizer tokenizer(model, vocab);
  std::vector<int> tokens = tokenizer.encode(prompt);
  const size_t told = tokens.size();
  while (tokens.size() < told + count) {
    const std::vector<double> logits = llama.logits(tokens);
    const auto best = std::max_element(logits.begin(), logits.end());
    tokens.push_back(static_cast<int>(best - logits.begin()));
  }
  TextStream stream(tokenizer);
  std::string text;
  for (const int token : tokens) text += stream.next(token);
  return text + stream.finish();
}

TEST_F(GenerateTest, TheDemosTextIsTheTextbooks) {
  const std::string prompt = "Once upon a time";
  const std::string expected = textbook_text(PI_RING_DEMO, 2048, prompt, 24);
  const Ending run =
      pi_ring_run({"generate", "--model", PI_RING_DEMO, "--ranks", "3",
                   "--temperature", "0", "-n", "24", prompt});
  EXPECT_EQ(run.out, expected + "\n");
}

using GenerateRealWeights = WithRealWeights<GenerateTest>;

TEST_F(GenerateRealWeights, TheReferenceTextComesByteForByte) {
  const auto model = folder_.path() / "stories260K";
  const Ending import =
      pi_ring_run({"import", data_ / "stories260K.bin", "--tokenizer",
                   data_ / "tok512.bin", "-o", model});
  ASSERT_EQ(import.status, 0) << import.err;
  std::ifstream file(data_ / "stories260K.greedy200.txt");
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  for (const char* ranks : tried({"1", "2", "3", "4", "6"})) {
    for (const char* threads : {"1", "2"}) {
      const Ending run = pi_ring_run({"generate", "--model", model, "--ranks",
                                      ranks, "--threads", threads,
                                      "--temperature", "0", "-n", "200", ""});
      EXPECT_EQ(run.out, expected) << ranks << " ranks " << threads;
      EXPECT_THAT(run.err, IsEmpty());
    }
  }
}

TEST_F(GenerateTest, TheSameSeedWritesTheSameText) {
  const auto model = make_model("model");
  const auto text = [&](const std::string& seed) {
    return pi_ring_run({"generate", "--model", model, "--seed", seed, "-n",
                        "30", "--top-k", "40", "a"})
        .out;
  };
  EXPECT_EQ(text("7"), text("7"));
  EXPECT_NE(text("7"), text("8"));
}

TEST_F(GenerateTest, ShardsOnDiskWriteWhatTheWholeModelWrites) {
  const auto model = make_model("model");
  const auto shards = folder_.path() / "shards";
  const Ending cut =
      pi_ring_run({"shard", model, "--ranks", "3", "-o", shards});
  ASSERT_EQ(cut.status, 0) << cut.err;
  const auto text = [](const std::string& folder) {
    return pi_ring_run({"generate", "--model", folder, "--temperature", "0",
                        "-n", "20", "a"})
        .out;
  };
  EXPECT_EQ(text(shards), text(model));
}

TEST_F(GenerateTest, JsonHasTextFiguresAndWhyItEnded) {
  const auto model = make_model("model");
  const Ending run =
      pi_ring_run({"generate", "--model", model, "--ranks", "2", "--json",
                   "--temperature", "0", "-n", "5", "a"});
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_THAT(json.at("text").get<std::string>(), testing::StartsWith("a"));
  EXPECT_EQ(json.at("ranks").size(), 2U);
  EXPECT_GT(json.at("ranks")[0].at("sent_bytes"), 0);
  EXPECT_EQ(json.at("generated_tokens"), 5);
  EXPECT_EQ(json.at("end"), "token_limit");
}

TEST_F(GenerateTest, StatsAreATableBesideTheText) {
  std::vector<std::string> call = {
      "generate", "--model",       model_, "--ranks", "3", "--wire",
      "f16",      "--temperature", "0",    "-n",      "5", "a"};
  const Ending plain = pi_ring_run(call);
  call.insert(call.end(), "--stats");
  const Ending run = pi_ring_run(call);
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, plain.out);
  EXPECT_THAT(run.err, HasSubstr("5 tokens after a prompt of "));
  EXPECT_THAT(run.err, HasSubstr("activations travel as f16"));
  for (const char* rank : {"\n   0 ", "\n   1 ", "\n   2 "}) {
    EXPECT_THAT(run.err, HasSubstr(rank));
  }
  EXPECT_THAT(run.err, testing::EndsWith("  head\n"));
}

TEST_F(GenerateTest, TheHeadChoosesTheRowFormat) {
  const auto model = make_model("model");
  const auto run = [&](const std::string& wire, const char* threads) {
    return nlohmann::json::parse(
        pi_ring_run({"generate", "--model", model, "--ranks", "3", "--threads",
                     threads, "--temperature", "0", "-n", "30", "--wire", wire,
                     "--json", "The little dog ran"})
            .out,
        nullptr, false);
  };
  const auto sent = [](const nlohmann::json& json) {
    return json.at("ranks")[0].at("sent_bytes").get<int>();
  };
  const auto f32 = run("f32", "1");
  const auto f16 = run("f16", "1");
  const auto q8 = run("q8", "1");
  EXPECT_EQ(q8.at("wire"), "q8");
  EXPECT_LT(sent(f16), sent(f32));
  EXPECT_LT(sent(q8), sent(f16));
  EXPECT_EQ(run("q8", "2").at("text"), q8.at("text"));
  EXPECT_EQ(run("f16", "2").at("text"), f16.at("text"));
}

TEST_F(GenerateTest, TheHeadChoosesTheTypeOfTheCache) {
  ModelConfig config = shape_of("260K");
  config.name = "wide";
  config.heads = config.kv_heads = 2;
  const auto model = folder_.path() / "wide";
  write_random_model(config, 1, DType::F32, model);
  write_plain_tokenizer(config.vocab, model);
  const auto run = [&](const std::string& type, const char* ranks) {
    return nlohmann::json::parse(
        pi_ring_run({"generate", "--model", model, "--ranks", ranks,
                     "--temperature", "0", "-n", "30", "--kv", type, "--json",
                     "The little dog ran"})
            .out,
        nullptr, false);
  };
  const auto bytes = [](const nlohmann::json& json) {
    return json.at("ranks")[0].at("cache_bytes").get<int>();
  };
  const int f32 = bytes(run("f32", "3"));
  EXPECT_EQ(bytes(run("f16", "3")), f32 / 2);
  EXPECT_EQ(bytes(run("q8_0", "3")), f32 / 128 * 34);
  EXPECT_EQ(run("q8_0", "3").at("text"), run("q8_0", "1").at("text"));
}

TEST_F(GenerateTest, ACacheThatDoesNotFitTheModelIsRefused) {
  const Ending refused = pi_ring_run(
      {"generate", "--model", model_, "--ranks", "3", "--kv", "q8_0", "a"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, IsOneLineWith("endless, whose heads have 8"));
}

TEST_F(GenerateTest, AWrongCallExitsWithTwo) {
  const std::vector<std::vector<std::string>> calls = {
      {"generate", "--model", model_, "--ranks", "0"},
      {"generate", "--model", model_, "--ranks", "7"},
      {"generate", "--model", model_, "--ranks", "-1"},
      {"generate", "--model", model_, "--ranks", "many"},
      {"generate", "--model", model_, "--threads", "0"},
      {"generate", "--model", model_, "--temperature", "-1"},
      {"generate", "--model", model_, "--temperature", "nan"},
      {"generate", "--model", model_, "--top-p", "nan"},
      {"generate", "--model", model_, "--top-k", "-1"},
      {"generate", "--model", model_, "--patience", "nan"},
      {"generate", "--model", model_, "--seed", "-1"},
      {"generate", "--model", model_, "--seed", "18446744073709551616"},
      {"generate", "--model", model_, "-n", "-1"},
      {"generate", "--model", model_, "--wire", "q4"},
      {"generate", "--model", model_, "--kv", "q4_0"},
      {"eval", "--model", model_, "--data", "text", "--wire", ""},
      {"generate", "--nonsense"},
      {"nonsense"},
  };
  for (const auto& call : calls) {
    const Ending run = pi_ring_run(call);
    EXPECT_EQ(run.status, 2) << run.err;
    EXPECT_THAT(run.out, IsEmpty());
    EXPECT_THAT(run.err, IsOneLineWith("--"));
  }
}

TEST_F(GenerateTest, HelpHasExamples) {
  const Ending run = pi_ring_run({"generate", "--help"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, HasSubstr("Examples:"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The sanitizers need memory of their own.
TEST_F(GenerateTest, ARankUsesItsShardItsCacheAndLittleMore) {
  constexpr double kLittle = 20e6;  // bytes
  ModelConfig config = shape_of("15M");
  config.context = 1024;
  for (const DType type : {DType::F32, DType::F16}) {
    const auto model = folder_.path() / "15M";
    write_random_model(config, 1, type, model);
    write_plain_tokenizer(config.vocab, model);
    const Ending run = pi_ring_run(
        {"generate", "--model", model, "--ranks", "4", "--threads", "2",
         "--json", "-n", "100", "--seed", "1", std::string(800, 'a')});
    ASSERT_EQ(run.status, 0) << run.err;
    for (const auto& rank : nlohmann::json::parse(run.out).at("ranks")) {
      EXPECT_LT(rank.at("peak_bytes").get<double>() -
                    rank.at("shard_bytes").get<double>() -
                    rank.at("cache_bytes").get<double>(),
                kLittle)
          << rank;
    }
  }
}
#endif

TEST_F(GenerateTest, AFullContextEndsTheTextAndIsReported) {
  ModelConfig config = read_config(model_);
  config.context = 16;
  config.note.clear();
  write_config(config, model_);
  // A text that is drawn by chance may end earlier.
  std::vector<std::string> call = {
      "generate", "--model", model_, "--temperature", "0", "-n", "100", "a"};
  const Ending text = pi_ring_run(call);
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.err, IsOneLineWith("the context of 16 tokens is full"));
  call.insert(call.end(), "--json");
  const Ending json = pi_ring_run(call);
  EXPECT_EQ(nlohmann::json::parse(json.out).at("end"), "context_full");
  EXPECT_THAT(json.err, IsEmpty());
}

TEST_F(GenerateTest, AnEmptyPromptIsAllowed) {
  const auto model = make_model("model");
  for (const std::vector<std::string>& prompt :
       {std::vector<std::string>{}, std::vector<std::string>{""}}) {
    std::vector<std::string> call = {"generate", "--model", model, "-n", "3"};
    call.insert(call.end(), prompt.begin(), prompt.end());
    EXPECT_EQ(pi_ring_run(call).status, 0);
  }
}

TEST_F(GenerateTest, TwoRunsAtOnceDoNotDisturbEachOther) {
  const auto model = make_model("model");
  const std::vector<std::string> call =
      pi_ring_call({"generate", "--model", model, "--ranks", "3",
                    "--temperature", "0", "-n", "100", "a"});
  RunningProgram first(call);
  RunningProgram second(call);
  const std::string text = first.wait().out;
  EXPECT_EQ(second.wait().out, text);
  EXPECT_GT(text.size(), 10U);
}

}  // namespace
}  // namespace pi_ring
