// The folders of a training: who may use --save, and what stays there and in
// the temporary folder after a kill.
#include <signal.h>

#include <algorithm>
#include <utility>

#include "tests/file_text.h"
#include "tests/sanitized.h"
#include "tests/userspace/commands/train/train_command.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

using RunFolderTest = TrainTest;

TEST_F(RunFolderTest, ASecondRunOnTheFolderIsRefusedAndTheFirstGoesOn) {
  const fs::path save = folder_ / "save";
  const std::vector<std::string> options = {"--ranks", "2", "--schedule",
                                            "constant"};
  std::vector<std::string> first = call(options);
  join(first,
       {"--steps", "100000", "--json", "--save", save, "--save-every", "1"});
  RunningProgram program(pi_ring_call(first));
  program.wait_for_output(500);
  const std::string refusal =
      save.string() + " is in use by process " + std::to_string(program.pid());
  std::vector<std::string> second = call({"--save", save});
  for (const char* more : {"--json", "--resume"}) {
    second.emplace_back(more);
    const Ending refused = pi_ring_run(second);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, IsOneLineWith(refusal));
  }
  program.signal(SIGINT);
  const Ending ending = program.wait();
  ASSERT_EQ(ending.signal, SIGINT) << ending.err;
  const auto steps = std::ranges::count(ending.out, '\n') + 2;
  const std::vector<std::string> to_end = {"--steps", std::to_string(steps)};
  std::vector<std::string> resumed = {"train", "--save", save, "--resume"};
  join(resumed, to_end);
  const Ending rest = pi_ring_run(resumed);
  ASSERT_EQ(rest.status, 0) << rest.err;
  std::vector<std::string> whole = call(options);
  join(whole, {"--save", folder_ / "whole"});
  join(whole, to_end);
  ASSERT_EQ(pi_ring_run(whole).status, 0);
  EXPECT_EQ(file_text(save / "log.jsonl"),
            file_text(folder_ / "whole" / "log.jsonl"));
}

TEST_F(RunFolderTest, OfTwoRunsThatStartAtOnceOneHasTheFolder) {
  for (int round = 0; round < (kSanitized ? 3 : 10); ++round) {
    const fs::path save = folder_ / ("save" + std::to_string(round));
    const auto start = call({"--steps", "3", "--save", save});
    RunningProgram one(pi_ring_call(start));
    RunningProgram two(pi_ring_call(start));
    Ending good = one.wait();
    Ending refused = two.wait();
    if (good.status != 0) std::swap(good, refused);
    EXPECT_EQ(good.status, 0) << good.err;
    // It may have started after the other's end.
    EXPECT_THAT(refused.err,
                testing::AnyOf(IsOneLineWith("is in use by process"),
                               IsOneLineWith("holds a run")));
    const Ending more =
        pi_ring_run({"train", "--save", save, "--resume", "--steps", "4"});
    EXPECT_EQ(more.status, 0) << more.err;
  }
}

TEST_F(RunFolderTest, ARankThatOutlivesAKilledHeadDoesNotKeepTheFolder) {
  const fs::path save = folder_ / "save";
  RunningProgram program(
      pi_ring_call(call({"--ranks", "2", "--steps", "100000", "--json",
                         "--save", save, "--save-every", "1"})));
  program.wait_for_output(500);
  const std::vector<pid_t> children = program.children();
  ASSERT_EQ(children.size(), 1U);
  kill(children[0], SIGSTOP);
  program.signal(SIGKILL);
  EXPECT_EQ(program.wait().signal, SIGKILL);
  const Ending next =
      pi_ring_run({"train", "--save", save, "--resume", "--steps", "1"});
  EXPECT_EQ(next.status, 0) << next.err;
  kill(children[0], SIGKILL);
  EXPECT_TRUE(are_gone_soon(children));
}

TEST_F(RunFolderTest, AKilledHeadLeavesNothingInTheTemporaryFolder) {
  const fs::path temporary = folder_ / "temporary";
  fs::create_directory(temporary);
  std::vector<std::string> all = {"/usr/bin/env",
                                  "TMPDIR=" + temporary.string()};
  join(all, pi_ring_call({"train", "--data", folder_ / "text", "--shape",
                          shape_, "--vocab", "300", "--val", folder_ / "text",
                          "--ranks", "2", "--batch", "4", "--seq", "16",
                          "--steps", "100000", "--json"}));
  RunningProgram program(all);
  program.wait_for_output(1);
  EXPECT_TRUE(fs::is_empty(temporary));
  const std::vector<pid_t> children = program.children();
  program.signal(SIGKILL);
  EXPECT_EQ(program.wait().signal, SIGKILL);
  EXPECT_TRUE(are_gone_soon(children));
  EXPECT_TRUE(fs::is_empty(temporary));
}

TEST_F(RunFolderTest, IsNamedWhereItIsTheTemporaryOneAndMissing) {
  for (const char* vocab : {"--vocab", "--tokenizer"}) {
    std::vector<std::string> all = {"/usr/bin/env", "TMPDIR=/none"};
    join(all, pi_ring_call({"train", "--data", folder_ / "text", "--shape",
                            shape_, "--steps", "1", vocab,
                            vocab[2] == 'v' ? "300" : PI_RING_DEMO}));
    const Ending run = run_program(all);
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err,
                testing::HasSubstr("pi-ring: the folder for temporary files "
                                   "(TMPDIR): No such file or directory\n"));
  }
}

TEST_F(RunFolderTest, WhatAKilledRunLeftHalfWrittenTheNextOneRemoves) {
  const fs::path save = folder_ / "save";
  std::vector<std::string> begin = call({"--steps", "2", "--save", save});
  ASSERT_EQ(pi_ring_run(begin).status, 0);
  const fs::path half =
      save / "step-00000002/rank-0/.model.safetensors.7-1.new";
  const fs::path others = save / "notes.7-1.new";
  for (const fs::path& path : {save / ".tokens.bin.7-0.new", half, others}) {
    write_file_text(path, "half");
  }
  const Ending run =
      pi_ring_run({"train", "--save", save, "--resume", "--steps", "3"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_FALSE(fs::exists(save / ".tokens.bin.7-0.new"));
  EXPECT_FALSE(fs::exists(half));
  EXPECT_TRUE(fs::exists(others));
}

}  // namespace
}  // namespace pi_ring
