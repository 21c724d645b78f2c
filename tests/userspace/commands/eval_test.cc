// `pi-ring eval` of GGUF files; train_test.cc has it of folders.
#include <nlohmann/json.hpp>

#include "tests/file_text.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

class EvalTest : public CommandTest {
 protected:
  EvalTest() {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "Once upon a time there was a dog. ";
    write_file_text(folder_ / "text", text);
  }

  fs::path quantized(const std::string& type) const {
    fs::path file = folder_ / (type + ".gguf");
    const Ending run = pi_ring_run(
        {"quantize", folder_ / "model", "--type", type, "-o", file});
    EXPECT_EQ(run.status, 0) << run.err;
    return file;
  }

  Ending eval(const fs::path& model, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"eval", "--data", folder_ / "text", "--model",
                               model, "--seq", "48", "--json"});
    return pi_ring_run(more);
  }

  nlohmann::json figures(const fs::path& model,
                         const std::vector<std::string>& more = {}) const {
    const Ending run = eval(model, more);
    EXPECT_EQ(run.status, 0) << run.err;
    return nlohmann::json::parse(run.out, nullptr, false);
  }
};

TEST_F(EvalTest, AGgufFileInF32HasTheLossOfItsFolder) {
  const auto of_folder = figures(make_model("model"));
  const auto of_file = figures(quantized("f32"));
  EXPECT_EQ(of_file.at("tokens"), of_folder.at("tokens"));
  EXPECT_NEAR(of_file.at("loss"), of_folder.at("loss").get<double>(), 1e-5);
}

TEST_F(EvalTest, ATypeOfFewBitsHasALossOfItsOwn) {
  const double exact = figures(make_model("model")).at("loss");
  const double rounded = figures(quantized("q4_0")).at("loss");
  EXPECT_NE(rounded, exact);
  EXPECT_NEAR(rounded, exact, 0.05);
}

TEST_F(EvalTest, TheLossIsTheSameForEveryNumberOfThreads) {
  make_model("model");
  const fs::path file = quantized("q8_0");
  EXPECT_EQ(figures(file, {"--threads", "3"}),
            figures(file, {"--threads", "1"}));
}

TEST_F(EvalTest, OneRankEvaluatesAGgufFile) {
  make_model("model");
  const Ending run = eval(quantized("q8_0"), {"--ranks", "2"});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, testing::HasSubstr("--ranks: model is GGUF"));
}

}  // namespace
}  // namespace pi_ring
