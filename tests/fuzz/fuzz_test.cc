// Runs every fuzz target on valid inputs, on damaged ones, and on all that
// fuzzing has found.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/proto/random.h"
#include "tests/sanitized.h"

namespace pi_ring {
namespace {

class Fuzz : public testing::TestWithParam<FuzzTarget> {};

INSTANTIATE_TEST_SUITE_P(Target, Fuzz, testing::ValuesIn(fuzz_targets()),
                         [](const auto& each) {
                           return std::string(each.param.name);
                         });

TEST_P(Fuzz, AcceptsItsSeeds) {
  const std::vector<std::string> seeds = GetParam().seeds();
  EXPECT_FALSE(seeds.empty());
  for (size_t i = 0; i < seeds.size(); ++i) {
    EXPECT_TRUE(GetParam().accepts(seeds[i])) << "seed " << i;
  }
}

TEST_P(Fuzz, SurvivesDamagedSeeds) {
  constexpr int kTries = kSanitized ? 50 : 300;
  Random random(1);
  for (const std::string& seed : GetParam().seeds()) {
    for (int i = 0; i < kTries; ++i) {
      std::string damaged = seed.substr(0, random.between(1, seed.size()));
      damaged[random.below(damaged.size())] ^=
          static_cast<char>(1U << random.below(8));
      GetParam().accepts(i % 2 == 0 ? damaged
                                    : damaged + seed.substr(damaged.size()));
    }
  }
}

// The files are in the order of their names, so that a failure repeats.
TEST_P(Fuzz, SurvivesWhatWasFound) {
  const auto folder =
      std::filesystem::path(PI_RING_FUZZ_FOUND) / GetParam().name;
  if (!std::filesystem::exists(folder)) return;  // nothing was found
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    GetParam().accepts(file_text(file));
  }
}

}  // namespace
}  // namespace pi_ring
