// `pi-ring train` and `pi-ring eval` as their users meet them.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "model/checkpoint.h"
#include "model/shard.h"
#include "tests/file_text.h"
#include "tests/sanitized.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

void join(std::vector<std::string>& call,
          const std::vector<std::string>& more) {
  call.insert(call.end(), more.begin(), more.end());
}

class TrainTest : public CommandTest {
 protected:
  TrainTest() {
    ModelConfig config = shape_of("260K");
    config.dim = 16;
    config.hidden_dim = 24;
    config.heads = 4;
    config.kv_heads = 2;
    config.context = 32;
    shape_ = folder_ / "tiny";
    fs::create_directories(shape_);
    write_config(config, shape_);
    write_plain_tokenizer(config.vocab, shape_);
    std::ofstream text(folder_ / "text");
    for (int i = 0; i < 300; ++i) {
      text << "One day " << i * 37 % 101 << " little dogs ran to the big tree "
           << "and saw " << i * 53 % 89 << " red birds.\n";
      if (i % 10 == 9) text << "<|endoftext|>\n";
    }
  }

  std::vector<std::string> call(const std::vector<std::string>& more) const {
    std::vector<std::string> all = {"train",   "--data",    folder_ / "text",
                                    "--shape", shape_,      "--tokenizer",
                                    shape_,    "--threads", "1",
                                    "--batch", "4",         "--micro-batches",
                                    "4",       "--seq",     "16",
                                    "--seed",  "3"};
    join(all, more);
    return all;
  }

  fs::path shape_;
};

// All files of a checkpoint's tensors, put together by name.
std::string values_in(const fs::path& step) {
  const Checkpoint checkpoint(step);
  std::string bytes;
  for (const NamedShape& named : tensors_of(checkpoint.config())) {
    Parameter parameter(named);
    Parameter* one = &parameter;
    checkpoint.load({&one, 1});
    for (const FloatBuffer* buffer : {&parameter.value, &parameter.first_moment,
                                      &parameter.second_moment}) {
      bytes.append(reinterpret_cast<const char*>(buffer->data()),
                   buffer->size() * sizeof(float));
    }
  }
  return bytes;
}

TEST_F(TrainTest, EveryRingTrainsTheSameModelToTheLastBit) {
  std::string log;
  std::string values;
  for (const char* ranks : {"1", "2", "3", "4"}) {
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

TEST_F(TrainTest, JsonTellsEachStep) {
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

TEST_F(TrainTest, ARunThatIsKilledAtAnyTimeGoesOnAsIfNothingHadBeen) {
  constexpr int kKills = kSanitized ? 6 : 20;
  constexpr int kSteps = 25 * kKills;
  const std::vector<std::string> options = {
      "--ranks",      "3", "--steps", std::to_string(kSteps),
      "--save-every", "5", "--keep",  "2"};
  std::vector<std::string> whole = call(options);
  join(whole, {"--save", folder_ / "whole"});
  ASSERT_EQ(pi_ring_run(whole).status, 0);
  std::vector<std::string> broken = call(options);
  join(broken, {"--save", folder_ / "broken", "--resume", "--json"});
  std::mt19937 random(4);
  int killed = 0;
  for (int round = 0; round < kKills; ++round) {
    RunningProgram program(pi_ring_call(broken));
    program.wait_for_output(round % 4 == 0 ? 0 : random() % 2500);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
    std::vector<pid_t> pids = program.children();
    pids.push_back(program.pid());
    const pid_t victim = pids[random() % pids.size()];
    if (kill(victim, SIGKILL) == 0) ++killed;
    const Ending ending = program.wait();
    pids.pop_back();
    EXPECT_TRUE(ending.signal == SIGKILL || ending.status != -1) << ending.err;
    EXPECT_TRUE(are_gone_soon(pids));
  }
  EXPECT_EQ(killed, kKills);
  const std::string log = file_text(folder_ / "broken" / "log.jsonl");
  ASSERT_LT(std::ranges::count(log, '\n'), kSteps) << "none was in its midst";
  const Ending last = pi_ring_run(broken);
  ASSERT_EQ(last.status, 0) << last.err;
  EXPECT_THAT(last.err, HasSubstr("going on after step"));
  EXPECT_EQ(file_text(folder_ / "broken" / "log.jsonl"),
            file_text(folder_ / "whole" / "log.jsonl"));
  const std::string last_step = "step-00000" + std::to_string(kSteps);
  EXPECT_EQ(values_in(folder_ / "broken" / last_step),
            values_in(folder_ / "whole" / last_step));
}

TEST_F(TrainTest, AKilledRankIsNamed) {
  RunningProgram program(
      pi_ring_call(call({"--ranks", "4", "--steps", "100000", "--json"})));
  program.wait_for_output(500);
  const std::vector<pid_t> children = program.children();
  ASSERT_EQ(children.size(), 3U);
  kill(children[1], SIGKILL);
  const Ending ending = program.wait();
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.err, HasSubstr("rank 1 was killed by SIGKILL"));
  EXPECT_TRUE(are_gone_soon(children));
}

TEST_F(TrainTest, ASilentRankIsNamedAfterADeadline) {
  RunningProgram program(pi_ring_call(call(
      {"--ranks", "4", "--steps", "100000", "--json", "--patience", "1"})));
  program.wait_for_output(500);
  const std::vector<pid_t> children = program.children();
  ASSERT_EQ(children.size(), 3U);
  kill(children[1], SIGSTOP);
  const Ending ending = program.wait();
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.err, HasSubstr("rank 1 has not answered for 1.0 s"));
  EXPECT_TRUE(are_gone_soon(children));
}

TEST_F(TrainTest, ControlCFinishesTheStepSavesAndLeavesNoProcess) {
  for (const char* ranks : {"1", "3"}) {
    const fs::path save = folder_ / (std::string("save") + ranks);
    RunningProgram program(
        pi_ring_call(call({"--ranks", ranks, "--steps", "100000", "--json",
                           "--save", save, "--save-every", "50000"})));
    program.wait_for_output(800);
    const std::vector<pid_t> children = program.children();
    program.signal(SIGINT);
    const Ending ending = program.wait();
    EXPECT_EQ(ending.signal, SIGINT) << ending.err;
    EXPECT_THAT(ending.err, HasSubstr("--resume goes on from here"));
    EXPECT_TRUE(are_gone_soon(children));
    const auto steps = std::ranges::count(ending.out, '\n');
    std::vector<std::string> passed_over;
    const auto checkpoint = newest_complete(save, passed_over);
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(checkpoint->manifest().mark.step, steps);
  }
}

TEST_F(TrainTest, AnotherNumberOfRanksGoesOnWithTheRunByItsFolderAlone) {
  const fs::path whole = folder_ / "whole";
  const fs::path parts = folder_ / "parts";
  ASSERT_EQ(pi_ring_run(call({"--steps", "9", "--schedule", "constant",
                              "--save", whole}))
                .status,
            0);
  ASSERT_EQ(pi_ring_run(call({"--ranks", "2", "--steps", "4", "--schedule",
                              "constant", "--save", parts}))
                .status,
            0);
  const Ending run = pi_ring_run(
      {"train", "--save", parts, "--resume", "--ranks", "4", "--steps", "9"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("going on after step 4"));
  EXPECT_EQ(file_text(parts / "log.jsonl"), file_text(whole / "log.jsonl"));
}

TEST_F(TrainTest, OtherTextsAreNotTakenForTheRunsOwn) {
  const fs::path save = folder_ / "save";
  ASSERT_EQ(pi_ring_run(call({"--steps", "2", "--save", save})).status, 0);
  std::ofstream(folder_ / "text", std::ios::app) << "One more line.\n";
  const Ending run =
      pi_ring_run({"train", "--save", save, "--resume", "--steps", "4"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("other texts"));
}

TEST_F(TrainTest, AFullDiskLeavesTheCheckpointBeforeAndIsTold) {
  const fs::path save = folder_ / "save";
  // A limit on a file's size stands for the full disk: write fails just so.
  const auto limited = [&](const char* blocks,
                           std::vector<std::string> arguments) {
    std::vector<std::string> all = {
        "/bin/sh", "-c",
        std::string("trap '' XFSZ; ulimit -f ") + blocks + "; exec \"$@\"",
        "sh"};
    join(all, pi_ring_call(std::move(arguments)));
    return run_program(all);
  };
  const std::vector<std::string> options = {"--ranks",  "2",      "--schedule",
                                            "constant", "--save", save};
  std::vector<std::string> begin = call(options);
  join(begin, {"--steps", "4"});
  ASSERT_EQ(pi_ring_run(begin).status, 0);
  const std::string before = values_in(save / "step-00000004");
  std::vector<std::string> more = call(options);
  join(more, {"--resume", "--steps", "8", "--save-every", "2"});
  // Enough for the log and the tokens, not for a rank's moments.
  const Ending full = limited("100", more);
  EXPECT_EQ(full.status, 1);
  EXPECT_THAT(full.err, HasSubstr("step 6 could not be saved"));
  EXPECT_THAT(full.err, HasSubstr("step 8 could not be saved"));
  EXPECT_THAT(full.err, HasSubstr("File too large; step 4 stays"));
  EXPECT_EQ(values_in(save / "step-00000004"), before);
  EXPECT_FALSE(fs::exists(save / "step-00000008"));
  const Ending again = pi_ring_run(more);
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("going on after step 4"));
}

TEST_F(TrainTest, ALossThatIsLostEndsTheRunAndKeepsTheCheckpoint) {
  const fs::path save = folder_ / "save";
  const std::vector<std::string> options = {
      "--ranks", "2", "--schedule", "constant", "--clip", "0", "--save", save};
  std::vector<std::string> begin = call(options);
  join(begin, {"--steps", "2"});
  ASSERT_EQ(pi_ring_run(begin).status, 0);
  std::vector<std::string> more = call(options);
  join(more, {"--resume", "--steps", "30", "--lr", "100", "--eps", "0",
              "--weight-decay", "100"});
  const Ending run = pi_ring_run(more);
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("is not finite"));
  EXPECT_THAT(run.err, HasSubstr("the checkpoint of step 2 stays"));
  EXPECT_TRUE(fs::exists(save / "step-00000002" / "manifest.json"));
}

TEST_F(TrainTest, WhatDoesNotFitIntoMemoryIsSaidBeforeItIsTaken) {
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
// The sanitizers take memory of their own.
uint64_t peak_bytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    uint64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

TEST_F(TrainTest, ARankTakesWhatItSaidItNeedsWithinATenth) {
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
      {"train", "--schedule", "square"},
      {"train", "--lr", "nan"},
  };
  for (const auto& wrong : calls) {
    const Ending run = pi_ring_run(wrong);
    EXPECT_EQ(run.status, 2) << run.err;
    EXPECT_THAT(run.err, HasSubstr("--"));
    EXPECT_THAT(run.out, IsEmpty());
  }
}

TEST_F(TrainTest, ARunIsNotWrittenOver) {
  const fs::path save = folder_ / "save";
  ASSERT_EQ(pi_ring_run(call({"--steps", "2", "--save", save})).status, 0);
  const Ending run = pi_ring_run(call({"--steps", "2", "--save", save}));
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, IsOneLineWith("holds a run"));
}

TEST_F(TrainTest, WhatIsNoTextIsNamed) {
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

TEST_F(TrainTest, ATrainedModelWritesAndIsMeasuredAlikeOnEveryRing) {
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
  // Once more, from what came of that: its values, not its moments.
  EXPECT_NE(train(folder_ / "model-run" / "step-00000003"), log);
}

}  // namespace
}  // namespace pi_ring
