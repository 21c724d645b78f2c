// Calls `pi-ring generate` in tests, on a model whose texts have no end.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/userspace/commands/command_test.h"

namespace pi_ring {

class GenerateTest : public CommandTest {
 protected:
  // A call for a text so long that it can be disturbed.
  std::vector<std::string> long_run(int ranks) const {
    return pi_ring_call({"generate", "--model", model_, "--ranks",
                         std::to_string(ranks), "-n", "100000", "--threads",
                         "1", "--temperature", "0", "a"});
  }

  // Makes a model with a long context that never ends a text.
  GenerateTest() {
    ModelConfig config = shape_of("260K");
    config.name = "endless";
    config.context = 200000;
    config.bos = 2;
    config.eos = {2};
    model_ = (folder_.path() / "endless").string();
    write_random_model(config, 3, DType::F32, model_);
    write_plain_tokenizer(config.vocab, model_);
  }

  std::string model_;
};

inline size_t count_of_shared_memory() {
  return static_cast<size_t>(
      std::distance(std::filesystem::directory_iterator("/dev/shm"), {}));
}

}  // namespace pi_ring
