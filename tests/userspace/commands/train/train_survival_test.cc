// A training run that is killed, stopped, out of disk space or diverges, and
// how it continues.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "tests/file_text.h"
#include "tests/sanitized.h"
#include "tests/userspace/commands/train/train_command.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

using TrainSurvivalTest = TrainTest;

// Makes the program the leader of a process group, whose id is its own.
std::vector<std::string> in_own_group(std::vector<std::string> call) {
  call.insert(call.begin(), {"/usr/bin/env", "setsid"});
  return call;
}

// Runs the program under a limit on the size of files, which stands for a full
// disk: write() fails the same way.
Ending run_with_small_files(const char* blocks,
                            std::vector<std::string> arguments) {
  std::vector<std::string> all = {
      "/bin/sh", "-c", std::string("ulimit -f ") + blocks + "; exec \"$@\"",
      "sh"};
  join(all, pi_ring_call(std::move(arguments)));
  return run_program(all);
}

// The run printed one line for each step that it finished.
void expect_saved_after_last_step(const Ending& ending, const fs::path& save) {
  EXPECT_THAT(ending.err, HasSubstr("--resume continues from here"));
  std::vector<std::string> passed_over;
  const auto checkpoint = newest_complete(save, passed_over);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->manifest.mark.step,
            std::ranges::count(ending.out, '\n'));
}

TEST_F(TrainSurvivalTest, ARunThatIsKilledAtAnyTimeContinuesBitForBit) {
  constexpr int kKills = kSanitized ? 4 : 20;
  constexpr int kSteps = 25 * kKills;  // three digits
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
  EXPECT_THAT(last.err, HasSubstr("continuing after step"));
  EXPECT_EQ(file_text(folder_ / "broken" / "log.jsonl"),
            file_text(folder_ / "whole" / "log.jsonl"));
  const std::string last_step = "step-00000" + std::to_string(kSteps);
  EXPECT_EQ(values_in(folder_ / "broken" / last_step),
            values_in(folder_ / "whole" / last_step));
}

TEST_F(TrainSurvivalTest, AKilledRankIsNamedAndTheWayToResume) {
  const fs::path save = folder_ / "save";
  RunningProgram program(
      pi_ring_call(call({"--ranks", "4", "--steps", "100000", "--json",
                         "--save", save, "--save-every", "1"})));
  program.wait_for_output(500);
  const std::vector<pid_t> children = program.children();
  ASSERT_EQ(children.size(), 3U);
  kill(children[1], SIGKILL);
  const Ending ending = program.wait();
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.err, HasSubstr("rank 1 was killed by SIGKILL"));
  EXPECT_THAT(ending.err, HasSubstr("; --save " + save.string() +
                                    " --resume continues from step "));
  EXPECT_TRUE(are_gone_soon(children));
}

TEST_F(TrainSurvivalTest, ARunThatSavedNothingCannotBeResumed) {
  const Ending ending =
      pi_ring_run({"train", "--save", folder_ / "none", "--resume"});
  EXPECT_EQ(ending.status, 2);
  EXPECT_THAT(ending.err, HasSubstr("none has no checkpoint to continue from"));
}

TEST_F(TrainSurvivalTest, ASilentRankIsNamedAfterADeadline) {
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

TEST_F(TrainSurvivalTest, ControlCFinishesTheStepSavesAndLeavesNoProcess) {
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
    EXPECT_TRUE(are_gone_soon(children));
    expect_saved_after_last_step(ending, save);
  }
}

TEST_F(TrainSurvivalTest, ASignalToTheWholeGroupFinishesTheStepAndSaves) {
  std::mt19937 random(5);
  for (int round = 0; round < (kSanitized ? 3 : 12); ++round) {
    const fs::path save = folder_ / ("save" + std::to_string(round));
    RunningProgram program(in_own_group(pi_ring_call(
        call({"--ranks", "3", "--steps", "100000", "--schedule", "constant",
              "--json", "--save", save, "--save-every", "50000"}))));
    program.wait_for_output(1 + random() % 2500);
    const std::vector<pid_t> children = program.children();
    ASSERT_EQ(kill(-program.pid(), SIGTERM), 0);
    const Ending ending = program.wait();
    EXPECT_EQ(ending.signal, SIGTERM) << ending.err;
    EXPECT_TRUE(are_gone_soon(children));
    expect_saved_after_last_step(ending, save);
    const auto steps = std::ranges::count(ending.out, '\n');
    const Ending more = pi_ring_run({"train", "--save", save, "--resume",
                                     "--steps", std::to_string(steps + 1)});
    EXPECT_EQ(more.status, 0) << more.err;
  }
}

// The message shows that the first signal has been received. So the others are
// not merged with it, as they are where a sender repeats them at once.
TEST_F(TrainSurvivalTest, ASignalThatItsSendersRepeatIsOneRequest) {
  const fs::path save = folder_ / "save";
  RunningProgram program(pi_ring_call(
      call({"--ranks", "3", "--steps", "100000", "--json", "--save", save})));
  program.wait_for_output(1);
  const std::vector<pid_t> children = program.children();
  kill(children[0], SIGSTOP);  // the step does not end before the others came
  program.signal(SIGTERM);
  program.wait_for_error_text("stopping after this step");
  program.signal(SIGTERM);
  program.wait_until_received(SIGTERM);
  program.signal(SIGTERM);
  program.wait_until_received(SIGTERM);
  kill(children[0], SIGCONT);
  const Ending ending = program.wait();
  EXPECT_EQ(ending.signal, SIGTERM) << ending.err;
  EXPECT_TRUE(are_gone_soon(children));
  expect_saved_after_last_step(ending, save);
}

TEST_F(TrainSurvivalTest,
       AnotherNumberOfRanksGoesOnWithTheRunByItsFolderAlone) {
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
  EXPECT_THAT(run.err, HasSubstr("continuing after step 4"));
  EXPECT_EQ(file_text(parts / "log.jsonl"), file_text(whole / "log.jsonl"));
}

TEST_F(TrainSurvivalTest, ARunIsNotResumedOnOtherTexts) {
  const fs::path save = folder_ / "save";
  ASSERT_EQ(pi_ring_run(call({"--steps", "2", "--save", save})).status, 0);
  std::ofstream(folder_ / "text", std::ios::app) << "One more line.\n";
  const Ending run =
      pi_ring_run({"train", "--save", save, "--resume", "--steps", "4"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("other texts"));
}

TEST_F(TrainSurvivalTest, AFullDiskIsReportedAndLeavesTheCheckpointBefore) {
  const fs::path save = folder_ / "save";
  const std::vector<std::string> options = {"--ranks",  "2",      "--schedule",
                                            "constant", "--save", save};
  std::vector<std::string> begin = call(options);
  join(begin, {"--steps", "4"});
  ASSERT_EQ(pi_ring_run(begin).status, 0);
  const std::string before = values_in(save / "step-00000004");
  std::vector<std::string> more = call(options);
  join(more, {"--resume", "--steps", "8", "--save-every", "2"});
  // Enough for the log and the tokens, and not for a rank's moments.
  const Ending full = run_with_small_files("100", more);
  EXPECT_EQ(full.status, 1);
  EXPECT_THAT(full.err, HasSubstr("step 6 could not be saved"));
  EXPECT_THAT(full.err, HasSubstr("step 8 could not be saved"));
  EXPECT_THAT(full.err, HasSubstr("File too large; step 4 stays"));
  EXPECT_EQ(values_in(save / "step-00000004"), before);
  EXPECT_FALSE(fs::exists(save / "step-00000008"));
  const Ending again = pi_ring_run(more);
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("continuing after step 4"));
}

TEST_F(TrainSurvivalTest, AFullDiskUnderTheLogEndsTheRunWithATryToSave) {
  const fs::path save = folder_ / "save";
  const std::vector<std::string> options = {"--ranks",  "2",      "--schedule",
                                            "constant", "--save", save};
  std::vector<std::string> begin = call(options);
  join(begin, {"--steps", "4"});
  ASSERT_EQ(pi_ring_run(begin).status, 0);
  std::vector<std::string> more = call(options);
  join(more, {"--resume", "--steps", "100000", "--save-every", "100000"});
  const Ending full = run_with_small_files("100", more);
  EXPECT_EQ(full.status, 1);
  EXPECT_THAT(full.err, testing::ContainsRegex(
                            "\npi-ring: step [0-9]+ could not be saved: [^\n]*"
                            "/log.jsonl: File too large; step 4 stays\n$"));
  EXPECT_EQ(full.err.find("could not"), full.err.rfind("could not"));
  const Ending again =
      pi_ring_run({"train", "--save", save, "--resume", "--steps", "8"});
  EXPECT_EQ(again.status, 0) << again.err;
}

// A process may use so much memory that some of its threads find room for their
// stacks, and the next does not. A sanitizer needs more memory than any limit.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(TrainSurvivalTest, AThreadThatCannotStartIsOneLineAndNoAbort) {
  constexpr int kStackMegabytes = 256;
  const auto limited = [&](int stacks) {
    const int megabytes = 200 + stacks * kStackMegabytes;
    std::vector<std::string> all = {
        "/bin/sh", "-c",
        "ulimit -S -s " + std::to_string(kStackMegabytes * 1024) +
            "; ulimit -v " + std::to_string(megabytes * 1024) + "; exec \"$@\"",
        "sh"};
    join(all, pi_ring_call(call({"--ranks", "3", "--steps", "1"})));
    return run_program(all);
  };
  for (int stacks = 0; stacks < 6; ++stacks) {
    const Ending run = limited(stacks);
    EXPECT_EQ(run.signal, 0) << stacks << " stacks";
    EXPECT_EQ(run.status, 1) << stacks << " stacks";
    EXPECT_THAT(run.err, IsOneLineWith("cannot start a thread: "));
  }
  const Ending run = limited(20);
  EXPECT_EQ(run.status, 0) << run.err;
}
#endif

TEST_F(TrainSurvivalTest, ALossThatIsNotFiniteEndsTheRunAndKeepsTheCheckpoint) {
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

}  // namespace
}  // namespace pi_ring
