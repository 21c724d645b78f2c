// What `pi-ring generate` says and leaves behind when something fails.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "tests/file_text.h"
#include "tests/model/folder/opened_model.h"
#include "tests/userspace/commands/generate/generate_command.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using GenerateFailureTest = GenerateTest;

// What is said of the model of long_run().
constexpr const char* kNote = "pi-ring: endless: untrained: random weights\n";

TEST_F(GenerateFailureTest, AMissingModelIsNamed) {
  for (const char* ranks : {"1", "3"}) {
    const Ending run =
        pi_ring_run({"generate", "--model", "/nowhere", "--ranks", ranks});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, IsOneLineWith("/nowhere"));
  }
}

TEST_F(GenerateFailureTest, AnErrorIsOneLineThatNoTerminalObeys) {
  const Ending run = pi_ring_run({"generate", "--model", "no\x1b[2J\n", "a"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, StartsWith("pi-ring: no?[2J?"));
  EXPECT_EQ(std::ranges::count(run.err, '\n'), 1);
}

TEST_F(GenerateFailureTest, ShardsOfAnotherNumberAreRefused) {
  const auto model = make_model("model");
  const auto shards = folder_.path() / "shards";
  write_shards(model, 3, shards);
  const Ending run =
      pi_ring_run({"generate", "--model", shards, "--ranks", "4", "a"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("cut for 3 ranks"));
}

TEST_F(GenerateFailureTest, AShardOfAnotherModelIsRefusedByName) {
  const auto one = folder_.path() / "one";
  const auto other = folder_.path() / "other";
  write_shards(make_model("first", 1), 3, one);
  write_shards(make_model("second", 2), 3, other);
  std::filesystem::remove_all(one / "rank-1");
  std::filesystem::copy(other / "rank-1", one / "rank-1");
  const Ending run = pi_ring_run({"generate", "--model", one, "a"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("rank 1 holds layers"));
  EXPECT_THAT(run.err, HasSubstr("of second"));
}

TEST_F(GenerateFailureTest, AShardWithAnotherConfigIsRefused) {
  const auto shards = folder_.path() / "shards";
  write_shards(make_model("model"), 3, shards);
  ModelConfig config = read_config(shards / "rank-1");
  config.rope_theta *= 2;
  write_config(config, shards / "rank-1");
  const Ending run = pi_ring_run({"generate", "--model", shards, "a"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("rank-1/config.json"));
}

TEST_F(GenerateFailureTest, ANaNInAMiddleRanksLayersIsNamed) {
  const auto model = make_model("model");
  const auto file = model / "model.safetensors";
  std::fstream weights(file, std::ios::in | std::ios::out | std::ios::binary);
  // Any rank may hold the last tensors of the file, so several cuts are tried.
  const auto size =
      static_cast<std::streamoff>(std::filesystem::file_size(file));
  for (const std::streamoff at : {size - 4, size / 2 / 4 * 4}) {
    weights.seekp(at);
    weights.write("\xff\xff\xff\xff", 4);
  }
  weights.close();
  for (const char* ranks : {"1", "4", "6"}) {
    const Ending run =
        pi_ring_run({"generate", "--model", model, "--ranks", ranks, "a"});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, IsOneLineWith("NaN"));
    EXPECT_THAT(run.err, HasSubstr("model.safetensors"));
  }
}

TEST_F(GenerateFailureTest, APromptLongerThanTheContextIsRefused) {
  const auto model = make_model("model");
  const Ending run =
      pi_ring_run({"generate", "--model", model, std::string(5000, 'a')});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("512"));
}

TEST_F(GenerateFailureTest, InvalidUtf8IsRefused) {
  const auto model = make_model("model");
  const Ending run = pi_ring_run({"generate", "--model", model, "abc\xff"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("UTF-8"));
}

TEST_F(GenerateFailureTest, AFullDiskUnderStandardOutputIsAnError) {
  RunningProgram program(
      pi_ring_call({"generate", "--model", model_, "-n", "5", "a"}),
      "/dev/full");
  const Ending ending = program.wait();
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.err, HasSubstr("No space left on device"));
}

TEST_F(GenerateFailureTest, AKilledRankIsNamedAndNothingIsLeft) {
  const size_t shared_memory = count_of_shared_memory();
  std::mt19937 random(1);
  for (int round = 0; round < 9; ++round) {
    const int victim = round % 3;
    RunningProgram program(long_run(4));
    program.wait_for_output(1 + random() % 300);
    const std::vector<pid_t> children = program.children();
    ASSERT_EQ(children.size(), 3U);
    kill(children[static_cast<size_t>(victim)], SIGKILL);
    const Ending ending = program.wait();
    EXPECT_EQ(ending.status, 1);
    EXPECT_THAT(ending.err, HasSubstr("rank " + std::to_string(victim) +
                                      " was killed by SIGKILL"));
    EXPECT_THAT(ending.out, testing::EndsWith("\n"));
    EXPECT_TRUE(are_gone_soon(children));
  }
  EXPECT_EQ(count_of_shared_memory(), shared_memory);
}

TEST_F(GenerateFailureTest, AModelThatIsCutShortIsNamedInOneLine) {
  for (const int ranks : {1, 4}) {
    RunningProgram program(long_run(ranks));
    program.wait_for_output(50);
    const std::vector<pid_t> children = program.children();
    const auto file = std::filesystem::path(model_) / "model.safetensors";
    const auto whole = file_text(file);
    std::filesystem::resize_file(file, 0);
    const Ending ending = program.wait();
    EXPECT_EQ(ending.status, 1);
    ASSERT_THAT(ending.err, testing::StartsWith(kNote));
    EXPECT_THAT(ending.err.substr(std::string(kNote).size()),
                IsOneLineWith(file.string() + ": was cut short"));
    EXPECT_TRUE(are_gone_soon(children));
    write_file_text(file, whole);
  }
}

TEST_F(GenerateFailureTest, AClosedOutputEndsItQuietly) {
  const std::string call = "'" + std::string(PI_RING_PROGRAM) +
                           "' generate --model '" + model_ +
                           "' --threads 1 --temperature 0 -n 100000 --ranks ";
  for (const char* ranks : {"1", "3"}) {
    const Ending ending = run_program(
        {"/bin/bash", "-c",
         call + ranks + " a | head -c 10; echo \" ${PIPESTATUS[0]}\""});
    EXPECT_EQ(ending.err, kNote);
    EXPECT_THAT(ending.out, testing::EndsWith(" 141\n"));  // 128 + SIGPIPE
  }
}

TEST_F(GenerateFailureTest, AKilledHeadLeavesNothing) {
  const size_t shared_memory = count_of_shared_memory();
  RunningProgram program(long_run(4));
  program.wait_for_output(50);
  const std::vector<pid_t> children = program.children();
  ASSERT_EQ(children.size(), 3U);
  program.signal(SIGKILL);
  program.wait();
  EXPECT_TRUE(are_gone_soon(children));
  EXPECT_EQ(count_of_shared_memory(), shared_memory);
}

TEST_F(GenerateFailureTest, ControlCLeavesNothing) {
  const size_t shared_memory = count_of_shared_memory();
  for (const int ranks : {1, 4}) {
    RunningProgram program(long_run(ranks));
    program.wait_for_output(50);
    const std::vector<pid_t> children = program.children();
    program.signal(SIGINT);
    EXPECT_EQ(program.wait().signal, SIGINT);
    EXPECT_TRUE(are_gone_soon(children));
  }
  EXPECT_EQ(count_of_shared_memory(), shared_memory);
}

TEST_F(GenerateFailureTest, ASilentRankIsNamedAfterADeadline) {
  std::vector<std::string> call = long_run(4);
  call.insert(call.end(), {"--patience", "1"});
  RunningProgram program(call);
  program.wait_for_output(50);
  const std::vector<pid_t> children = program.children();
  ASSERT_EQ(children.size(), 3U);
  kill(children[1], SIGSTOP);
  const Ending ending = program.wait();
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.err, HasSubstr("rank 1 has not answered for 1.0 s"));
  EXPECT_TRUE(are_gone_soon(children));
}

}  // namespace
}  // namespace pi_ring
