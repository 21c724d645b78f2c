// Commands that write a model hold little of it at a time.
#include "tests/sanitized.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

class ModelWriting : public CommandTest {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "a sanitizer takes memory of its own";
    const ModelConfig config = shape_of("42M");
    write_random_model(config, 1, DType::F16, folder_ / "model");
    write_plain_tokenizer(config.vocab, folder_ / "model");
    largest_tensor_ =
        sizeof(float) * static_cast<uint64_t>(config.vocab) * config.dim;
  }

  void expect_little(std::vector<std::string> arguments) const {
    const std::string command = arguments.front();
    arguments.insert(arguments.begin() + 1, folder_ / "model");
    arguments.insert(arguments.end(), {"-o", folder_ / command});
    const Ending ending = pi_ring_run(std::move(arguments));
    EXPECT_EQ(ending.status, 0) << ending.err;
    EXPECT_LT(ending.peak_bytes, largest_tensor_) << command;
    std::filesystem::remove_all(folder_ / command);
  }

  uint64_t largest_tensor_ = 0;  // as f32
};

TEST_F(ModelWriting, TakesLessThanTheLargestTensor) {
  expect_little({"quantize", "--type", "q8_0"});
  expect_little({"shard", "--ranks", "4"});
  expect_little({"export", "--type", "bf16"});
  expect_little({"export", "--type", "f32"});
  expect_little({"export", "--to", "gguf", "--type", "f16"});
}

}  // namespace
}  // namespace pi_ring
