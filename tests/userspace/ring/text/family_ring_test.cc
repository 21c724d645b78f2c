// Rings of threads with a model of each family: its ends stand at the head, and
// every cut computes what one process computes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/folder/shard.h"
#include "tests/model/family_case.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/ring/text/thread_ring.h"

namespace pi_ring {
namespace {

class FamilyRing : public testing::TestWithParam<std::string> {
 protected:
  // The logits after a prompt of some tokens, and after each further token.
  std::vector<float> run(
      const std::vector<std::filesystem::path>& models, int ranks,
      RowFormat format = RowFormat::kF32,
      ThreadRing::Carrier carrier = ThreadRing::Carrier::kMemory) const {
    constexpr size_t kPrompt = 13;
    ThreadRing ring(models, ranks, 1, format, carrier);
    Head head = ring.head();
    head.greet();
    std::vector<float> all;
    const auto keep = [&](std::span<const float> logits) {
      all.insert(all.end(), logits.begin(), logits.end());
    };
    const std::span tokens(case_.tokens);
    keep(head.forward(tokens.first(kPrompt), 0));
    for (size_t i = kPrompt; i < case_.logits.size(); ++i) {
      keep(head.forward(tokens.subspan(i, 1), static_cast<int>(i)));
    }
    return all;
  }

  int most_ranks() const {
    return std::min(4, read_config(case_.folder).layers + 1);
  }

  const FamilyCase case_{GetParam()};
  TemporaryFolder folder_;
};

TEST_P(FamilyRing, GivesTheSameBitsForEveryNumberOfRanks) {
  const auto alone = run({case_.folder}, 1);
  for (int ranks = 2; ranks <= most_ranks(); ++ranks) {
    EXPECT_EQ(run({case_.folder}, ranks), alone) << ranks << " ranks";
  }
}

TEST_P(FamilyRing, RunsFromShards) {
  const ModelFolder model(case_.folder);
  const int ranks = most_ranks();
  write_shards(model, even_cut(model.config().layers, ranks),
               folder_ / "shards");
  std::vector<std::filesystem::path> shards;
  shards.reserve(static_cast<size_t>(ranks));
  for (int rank = 0; rank < ranks; ++rank) {
    shards.push_back(rank_folder(folder_ / "shards", rank));
  }
  EXPECT_EQ(run(shards, ranks), run({case_.folder}, 1));
}

TEST_P(FamilyRing, RunsWithRowsOfHalfPrecision) {
  const auto alone = run({case_.folder}, 1);
  const auto rounded = run({case_.folder}, most_ranks(), RowFormat::kF16,
                           ThreadRing::Carrier::kSharedMemory);
  EXPECT_THAT(rounded, testing::Pointwise(testing::FloatNear(5e-2F), alone));
}

INSTANTIATE_TEST_SUITE_P(OfTheReference, FamilyRing,
                         testing::ValuesIn(family_names()),
                         [](const auto& tried) { return tried.param; });

}  // namespace
}  // namespace pi_ring
