// `pi-ring export`: other programs' files, which say the same.
#include "tests/real_weights.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

std::string told_by(const std::filesystem::path& model) {
  const Ending run = pi_ring_run({"generate", "--model", model, "--temperature",
                                  "0", "-n", "24", "Once upon"});
  EXPECT_EQ(run.status, 0) << run.err;
  return run.out;
}

class ExportCommand : public CommandTest {
 protected:
  int import(const std::filesystem::path& weights,
             const std::filesystem::path& tokenizer, const char* to) const {
    return pi_ring_run({"import", weights, "--tokenizer", tokenizer, "-o",
                        folder_ / to})
        .status;
  }

  void expect_same_after_llama2c(const std::filesystem::path& model) const {
    const auto c = folder_ / "c";
    ASSERT_EQ(pi_ring_run({"export", model, "--to", "llama2c", "-o", c}).status,
              0);
    ASSERT_EQ(import(c / "model.bin", c / "tokenizer.bin", "back"), 0);
    EXPECT_EQ(told_by(folder_ / "back"), told_by(model));
  }
};

TEST_F(ExportCommand, AModelSpeaksTheSameAfterEveryTrip) {
  const auto model = make_model("model");
  const auto at = [&](const char* name) { return folder_ / name; };
  const std::string text = told_by(model);
  ASSERT_GT(text.size(), 20U);
  ASSERT_EQ(
      pi_ring_run({"shard", model, "--ranks", "3", "-o", at("of-3")}).status,
      0);
  ASSERT_EQ(pi_ring_run({"export", at("of-3"), "-o", at("hf")}).status, 0);
  EXPECT_EQ(told_by(at("hf")), text);
  const Ending exported =
      pi_ring_run({"export", model, "--to", "llama2c", "-o", at("c")});
  // The plain tokenizer was not made of scores, and may have to stay behind.
  if (exported.status != 0) {
    EXPECT_THAT(exported.err, IsOneLineWith("do not follow from a score"));
    EXPECT_FALSE(std::filesystem::exists(at("c")));
  }
}

TEST_F(ExportCommand, TheDemoSpeaksTheSameAfterATripToLlama2c) {
  expect_same_after_llama2c(PI_RING_DEMO);
}

using ExportCommandRealWeights = WithRealWeights<ExportCommand>;

TEST_F(ExportCommandRealWeights, SpeakTheSameAfterATripToLlama2c) {
  ASSERT_EQ(import(data_ / "stories260K.bin", data_ / "tok512.bin", "in"), 0);
  expect_same_after_llama2c(folder_ / "in");
}

TEST_F(ExportCommand, LeavesWhatIsThereAlone) {
  const auto model = make_model("model");
  const Ending run = pi_ring_run({"export", model, "-o", model});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("is already there"));
}

TEST_F(ExportCommand, HalvesForLlama2cAreAWrongCall) {
  EXPECT_EQ(pi_ring_run({"export", make_model("model"), "--to", "llama2c",
                         "--type", "f16", "-o", folder_ / "c"})
                .status,
            2);
}

}  // namespace
}  // namespace pi_ring
