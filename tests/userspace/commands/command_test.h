// Runs the program in tests, on small models.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "model/folder/random_model.h"
#include "model/text/plain_tokenizer.h"
#include "tests/running_program.h"
#include "tests/temporary_folder.h"

namespace pi_ring {

// Runs the program that was built with these tests.
inline std::vector<std::string> pi_ring_call(
    std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), PI_RING_PROGRAM);
  return arguments;
}

inline Ending pi_ring_run(std::vector<std::string> arguments) {
  return run_program(pi_ring_call(std::move(arguments)));
}

// An error message is one line that begins with the program's name.
MATCHER_P(IsOneLineWith, text, "") {
  return arg.starts_with("pi-ring: ") && arg.ends_with("\n") &&
         arg.find('\n') == arg.size() - 1 &&
         arg.find(text) != std::string::npos;
}

class CommandTest : public testing::Test {
 protected:
  // A small untrained model with a tokenizer.
  std::filesystem::path make_model(const std::string& name,
                                   uint64_t seed = 1) const {
    ModelConfig config = shape_of("260K");
    config.name = name;
    auto folder = folder_.path() / name;
    write_random_model(config, seed, DType::F32, folder);
    write_plain_tokenizer(config.vocab, folder);
    return folder;
  }

  TemporaryFolder folder_;
};

}  // namespace pi_ring
