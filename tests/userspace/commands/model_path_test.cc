// Which model a call means.
#include <fstream>

#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

class ModelPath : public CommandTest {
 protected:
  static std::string text_of(const std::vector<std::string>& model,
                             const std::string& program = PI_RING_PROGRAM) {
    std::vector<std::string> call = {program, "generate", "--temp", "0",
                                     "-n",    "8",        "a"};
    call.insert(call.end(), model.begin(), model.end());
    const Ending run = run_program(call);
    EXPECT_EQ(run.status, 0) << run.err;
    return run.out;
  }

  // A run with checkpoints of steps 1 and 2.
  fs::path make_run() const {
    const fs::path text = folder_.path() / "text";
    std::ofstream(text) << "The little dog ran. The cat sat. It was a big day. "
                           "The dog saw the cat and ran home to eat and sleep.";
    fs::path run = folder_.path() / "run";
    const Ending training =
        pi_ring_run({"train", "--model", make_model("small"), "--data", text,
                     "--steps", "2", "--seq", "16", "--batch", "1",
                     "--save-every", "1", "--save", run, "--lr", "0.01"});
    EXPECT_EQ(training.status, 0) << training.err;
    return run;
  }
};

TEST_F(ModelPath, OfARunIsItsNewestCheckpoint) {
  const fs::path run = make_run();
  const std::string newest = text_of({"-m", run / "step-00000002"});
  EXPECT_EQ(text_of({"-m", run}), newest);
  const Ending said =
      pi_ring_run({"generate", "-m", run, "--temp", "0", "-n", "1", "a"});
  EXPECT_THAT(said.err, testing::HasSubstr("step 2"));
}

TEST_F(ModelPath, OfARunWhoseNewestIsDamagedIsTheOneBefore) {
  const fs::path run = make_run();
  const std::string before = text_of({"-m", run / "step-00000001"});
  fs::remove(run / "step-00000002/rank-0/model.safetensors");
  fs::remove(run / "step-00000002/model.safetensors");
  EXPECT_EQ(text_of({"-m", run}), before);
  fs::remove_all(run / "step-00000001");
  const Ending none = pi_ring_run({"generate", "-m", run, "a"});
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err, testing::HasSubstr("has no checkpoint without damage"));
}

TEST_F(ModelPath, WithoutOneIsTheDemoThatIsInstalledBesideTheProgram) {
  const fs::path program = folder_.path() / "usr/bin/pi-ring";
  fs::create_directories(program.parent_path());
  fs::copy_file(PI_RING_PROGRAM, program);
  EXPECT_EQ(text_of({}, program), text_of({}));  // the checkout's
  const fs::path demo = folder_.path() / "usr/share/pi-ring/demo";
  fs::create_directories(demo.parent_path());
  fs::copy(make_model("another"), demo, fs::copy_options::recursive);
  EXPECT_EQ(text_of({}, program), text_of({"-m", demo}));
  EXPECT_NE(text_of({}, program), text_of({}));
}

}  // namespace
}  // namespace pi_ring
