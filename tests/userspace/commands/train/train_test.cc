// `pi-ring train` and `pi-ring eval` as users call them.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "model/folder/shard.h"
#include "tests/file_text.h"
#include "tests/model/folder/opened_model.h"
#include "tests/sanitized.h"
#include "tests/userspace/commands/train/train_command.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

TEST_F(TrainTest, EveryRingTrainsTheSameModelToTheLastBit) {
  std::string log;
  std::string values;
  for (const char* ranks : tried({"1", "2", "3", "4"})) {
    for (const char* threads : {"1", "2"}) {
      const fs::path save = folder_ / (std::string(ranks) + "-" + threads);
      std::vector<std::string> one =
          call({"--ranks", ranks, "--steps", "8", "--warmup", "2", "--val",
                folder_ / "text", "--val-every", "4", "--save", save});
      one[std::ranges::find(one, "--threads") - one.begin() + 1] = threads;
      const Ending run = pi_ring_run(one);
      ASSERT_EQ(run.status, 0) << run.err;
      if (log.empty()) {
        log = file_text(save / "log.jsonl");
        values = values_in(save / "step-00000008");
        EXPECT_EQ(std::ranges::count(log, '\n'), 8);
      }
      EXPECT_EQ(file_text(save / "log.jsonl"), log) << ranks << threads;
      EXPECT_EQ(values_in(save / "step-00000008"), values) << ranks << threads;
    }
  }
}

TEST_F(TrainTest, JsonHasAnObjectForEachStep) {
  const Ending run =
      pi_ring_run(call({"--ranks", "2", "--steps", "3", "--json"}));
  ASSERT_EQ(run.status, 0) << run.err;
  std::istringstream lines(run.out);
  std::string line;
  for (int step = 1; step <= 3; ++step) {
    ASSERT_TRUE(std::getline(lines, line));
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json.at("step"), step);
    for (const char* key : {"loss", "lr", "grad_norm", "tokens_per_second"}) {
      EXPECT_TRUE(json.at(key).is_number()) << key;
    }
  }
  EXPECT_FALSE(std::getline(lines, line));
}

TEST_F(TrainTest, AModelThatDoesNotFitIsRefusedBeforeMemoryIsTaken) {
  const Ending run =
      pi_ring_run({"train", "--data", folder_ / "text", "--shape", "110M",
                   "--tokenizer", shape_, "--ranks", "3", "--batch", "262144",
                   "--micro-batches", "131072", "--seq", "1024"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, testing::ContainsRegex(
                           "rank [0-2] needs [0-9]+ MB, has [0-9]+ MB free: "
                           "use --recompute or --micro-batches 262144"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The sanitizers need memory of their own.
uint64_t peak_bytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    uint64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

TEST_F(TrainTest, ARankUsesTheMemoryItReportedWithinATenth) {
  const auto model = folder_ / "15M";
  write_random_model(shape_of("15M"), 1, DType::F32, model);
  write_plain_tokenizer(32000, model);
  for (const bool recompute : {false, true}) {
    std::vector<std::string> one = pi_ring_call(
        {"train", "--data", folder_ / "text", "--model", model, "--ranks", "3",
         "--threads", "1", "--batch", "4", "--micro-batches", "4", "--seq",
         "128", "--steps", "1000", "--json"});
    if (recompute) one.emplace_back("--recompute");
    RunningProgram program(one);
    program.wait_for_output(300);  // more than two steps
    std::vector<pid_t> ranks = program.children();
    ranks.push_back(program.pid());
    std::vector<double> peaks;
    peaks.reserve(ranks.size());
    for (const pid_t rank : ranks) {
      peaks.push_back(static_cast<double>(peak_bytes(rank)));
    }
    program.signal(SIGINT);
    const std::string said = program.wait().err;
    for (size_t rank = 0; rank < peaks.size(); ++rank) {
      const std::string start = "rank " + std::to_string(rank) + " needs ";
      const size_t at = said.find(start);
      ASSERT_NE(at, std::string::npos) << said;
      const double needed = 1e6 * std::stod(said.substr(at + start.size()));
      EXPECT_NEAR(peaks[rank] / needed, 1.0, 0.1) << said;
    }
  }
}
#endif

TEST_F(TrainTest, WrongCallsAreRefused) {
  const std::vector<std::vector<std::string>> calls = {
      {"train", "--shape", shape_, "--tokenizer", shape_},
      {"train", "--data", folder_ / "text"},
      {"train", "--data", folder_ / "text", "--shape", shape_},
      {"train", "--data", folder_ / "text", "--shape", shape_, "--vocab", "300",
       "--tokenizer", shape_},
      call({"--model", shape_}),
      call({"--ranks", "7"}),
      call({"--resume"}),
      {"train", "--data", folder_ / "text", "--shape", shape_, "--tokenizer",
       shape_, "--batch", "6", "--micro-batches", "4"},
      {"train", "--data", folder_ / "text", "--shape", shape_, "--tokenizer",
       shape_, "--seq", "33"},
      {"train", "--data", folder_ / "text", "--model", make_model("model"),
       "--vocab", "300"},
      {"train", "--data", folder_ / "text", "--shape", "110M", "--tokenizer",
       shape_, "--batch", "1000000", "--micro-batches", "1"},
      call({"--sample-every", "2"}),
      {"eval", "--data", folder_ / "text", "--model", make_model("long"),
       "--seq", "100000"},
      {"train", "--schedule", "square"},
      {"train", "--wire", "q8"},
      {"train", "--lr", "nan"},
  };
  for (const auto& wrong : calls) {
    const Ending run = pi_ring_run(wrong);
    EXPECT_EQ(run.status, 2) << run.err;
    EXPECT_THAT(run.err, HasSubstr("--"));
    EXPECT_THAT(run.out, IsEmpty());
  }
}

TEST_F(TrainTest, ARunThatIsNotSavedSaysSoBeforeItsFirstStep) {
  const std::string warning = "without --save the trained model is not kept";
  const Ending kept =
      pi_ring_run(call({"--steps", "1", "--save", folder_ / "save"}));
  EXPECT_EQ(kept.status, 0);
  EXPECT_EQ(kept.err.find(warning), std::string::npos);
  const Ending lost = pi_ring_run(call({"--steps", "1"}));
  EXPECT_EQ(lost.status, 0);
  EXPECT_LT(lost.err.find(warning), lost.err.find("step 1/1"));
}

TEST_F(TrainTest, ARunThatIsAtItsLastStepSaysSo) {
  const fs::path save = folder_ / "save";
  ASSERT_EQ(pi_ring_run(call({"--steps", "3", "--save", save})).status, 0);
  const std::string before = file_text(save / "log.jsonl");
  for (const char* steps : {"3", "2"}) {
    const Ending run =
        pi_ring_run({"train", "--save", save, "--resume", "--steps", steps});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("nothing to do: " + save.string() +
                                   " is at step 3, and --steps is " + steps));
    EXPECT_EQ(file_text(save / "log.jsonl"), before);
  }
}

TEST_F(TrainTest, AValidationIsSeen) {
  const Ending run = pi_ring_run(call(
      {"--steps", "1", "--val", folder_ / "text", "--save", folder_ / "save"}));
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("step 1/1  validating, 0 of "));
  EXPECT_THAT(run.err, HasSubstr("step 1: validation loss "));
}

TEST_F(TrainTest, ARunIsNotWrittenOver) {
  const fs::path save = folder_ / "save";
  ASSERT_EQ(pi_ring_run(call({"--steps", "2", "--save", save})).status, 0);
  const Ending run = pi_ring_run(call({"--steps", "2", "--save", save}));
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, IsOneLineWith("holds a run"));
}

TEST_F(TrainTest, ATokenizerIsTrainedOnTheTexts) {
  const fs::path save = folder_ / "save";
  const Ending run = pi_ring_run(
      {"train", "--data", folder_ / "text", "--shape", shape_, "--vocab", "300",
       "--batch", "10", "--steps", "2", "--save", save});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("training a tokenizer of 300 tokens"));
  EXPECT_EQ(ModelFolder(save / "step-00000002").config().vocab, 300);
  EXPECT_EQ(pi_ring_run({"generate", "--model", save / "step-00000002", "-n",
                         "5", "One day"})
                .status,
            0);
}

TEST_F(TrainTest, SamplesAreOfTheCheckpointsThatTheyName) {
  const fs::path save = folder_ / "save";
  const Ending run = pi_ring_run(call(
      {"--steps", "5", "--sample-every", "2", "--save", save, "--keep", "9"}));
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, IsEmpty());
  for (const char* step : {"2", "4", "5"}) {
    EXPECT_THAT(run.err,
                HasSubstr("step " + std::string(step) + ": a sample\n"));
    EXPECT_TRUE(fs::exists(save / ("step-0000000" + std::string(step)) /
                           "manifest.json"));
  }
}

TEST_F(TrainTest, TheOrderOfTheWindowsIsChosen) {
  const auto losses = [&](const std::string& order) {
    const Ending run =
        pi_ring_run(call({"--steps", "2", "--json", "--order", order}));
    EXPECT_EQ(run.status, 0) << run.err;
    return nlohmann::json::parse(run.out.substr(0, run.out.find('\n')))
        .at("loss")
        .get<double>();
  };
  EXPECT_NE(losses("sequential"), losses("shuffled"));
  EXPECT_EQ(losses("sequential"), losses("sequential"));
}

TEST_F(TrainTest, AnEvaluationIsALineForPeople) {
  const auto model = make_model("model");
  const Ending run = pi_ring_run(
      {"eval", "--data", folder_ / "text", "--model", model, "--seq", "16"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, testing::MatchesRegex(
                           "loss [0-9.]+ a token, perplexity [0-9.]+, over "
                           "[0-9]+ tokens\n"));
}

TEST_F(TrainTest, AFileThatIsNotTextIsNamed) {
  std::ofstream(folder_ / "text") << "";
  Ending run = pi_ring_run(call({"--steps", "2"}));
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith((folder_ / "text").string()));
  std::ofstream(folder_ / "text") << "abc\xff\xfe";
  run = pi_ring_run(call({"--steps", "2"}));
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith((folder_ / "text").string()));
}

TEST_F(TrainTest, ALossPlotIsDrawn) {
  const fs::path plot = folder_ / "loss.svg";
  ASSERT_EQ(pi_ring_run(call({"--steps", "5", "--plot", plot})).status, 0);
  EXPECT_THAT(file_text(plot), testing::StartsWith("<svg"));
}

TEST_F(TrainTest, ATrainedModelHasTheSameLossOnEveryRing) {
  const fs::path save = folder_ / "save";
  ASSERT_EQ(pi_ring_run(call({"--steps", "30", "--ranks", "2", "--save", save}))
                .status,
            0);
  const fs::path step = save / "step-00000030";
  EXPECT_EQ(pi_ring_run({"generate", "--model", step, "-n", "5", "One"}).status,
            0);
  const auto measure = [&](const fs::path& model,
                           const std::vector<std::string>& more) {
    std::vector<std::string> all = {"eval",   "--model",        model,
                                    "--data", folder_ / "text", "--json"};
    join(all, more);
    const Ending run = pi_ring_run(all);
    EXPECT_EQ(run.status, 0) << run.err;
    return nlohmann::json::parse(run.out, nullptr, false);
  };
  const auto expected = measure(step, {});
  EXPECT_LT(expected.at("loss"), 6.2);
  EXPECT_NEAR(expected.at("perplexity"),
              std::exp(expected.at("loss").get<double>()), 1e-9);
  for (const char* ranks : {"1", "3", "4"}) {
    EXPECT_EQ(measure(step, {"--ranks", ranks}), expected);
  }
  const auto rounded = measure(step, {"--ranks", "3", "--wire", "q8"});
  EXPECT_NE(rounded, expected);
  EXPECT_NEAR(rounded.at("loss"), expected.at("loss").get<double>(), 1e-2);
  const auto cached = measure(step, {"--kv", "f16"});
  EXPECT_NE(cached, expected);
  EXPECT_NEAR(cached.at("loss"), expected.at("loss").get<double>(), 1e-3);
  EXPECT_EQ(measure(step, {"--kv", "f16", "--ranks", "3"}), cached);
}

TEST_F(TrainTest, AModelIsTrainedFurther) {
  const auto model = make_model("model");
  write_shards(model, 3, folder_ / "shards");
  const auto train = [&](const fs::path& from) {
    const Ending run = pi_ring_run(
        {"train", "--data", folder_ / "text", "--model", from, "--steps", "3",
         "--batch", "2", "--micro-batches", "2", "--seq", "16", "--save",
         folder_ / (from.filename().string() + "-run"), "--lr", "1e-3"});
    EXPECT_EQ(run.status, 0) << run.err;
    return file_text(folder_ / (from.filename().string() + "-run") /
                     "log.jsonl");
  };
  const std::string log = train(model);
  EXPECT_EQ(train(folder_ / "shards"), log);
  // A new run from that checkpoint takes its values and not its moments.
  EXPECT_NE(train(folder_ / "model-run" / "step-00000003"), log);
}

}  // namespace
}  // namespace pi_ring
