#include "model/train/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <limits>
#include <system_error>

#include "tests/bad_input_of.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/train/example_checkpoints.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using CheckpointTest = ExampleCheckpoints;

TEST_F(CheckpointTest, ThereIsNoneInAnEmptyOrMissingFolder) {
  EXPECT_FALSE(newest());
  EXPECT_FALSE(newest_complete(folder_ / "missing", passed_over_));
  EXPECT_THAT(passed_over_, IsEmpty());
}

TEST_F(CheckpointTest, RemembersTheRun) {
  save(100, 3);
  const auto checkpoint = newest();
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->model.path(), folder_ / "step-00000100");
  EXPECT_EQ(checkpoint->manifest.mark.step, 100);
  EXPECT_EQ(checkpoint->manifest.mark.run, kRun);
  EXPECT_EQ(checkpoint->manifest.ranks, 3);
  EXPECT_EQ(checkpoint->manifest.seed, 42U);
  EXPECT_EQ(checkpoint->manifest.options.at("lr"), 0.25);
  EXPECT_EQ(checkpoint->model.config().dim, config_.dim);
  EXPECT_EQ(file_text(checkpoint->model.tokenizer_folder() / "tokenizer.json"),
            "{}");
}

TEST_F(CheckpointTest, OfAnyRingLoadsIntoAnyOther) {
  for (const bool tied : {true, false}) {
    config_ = small_config(tied);
    for (int from = 1; from <= config_.layers + 1; ++from) {
      save(from, from);
      const Checkpoint checkpoint = open_checkpoint(of(from));
      for (int to = 1; to <= config_.layers + 1; ++to) {
        for (const Shard& shard : even_cut(config_.layers, to)) {
          const RankParameters parameters(config_, shard);
          load_checkpoint(checkpoint.model, parameters.all());
          parameters.expect_filled(from);
        }
      }
    }
  }
}

TEST_F(CheckpointTest, IsAShardedModel) {
  save(7, 3);
  EXPECT_EQ(ModelFolder(of(7)).ranks(), 3);
  uint64_t fingerprint = 0;
  for (int rank = 0; rank < 3; ++rank) {
    const Weights weights = open_weights(of(7), 3, rank);
    if (rank == 0) fingerprint = weights.fingerprint();
    EXPECT_EQ(weights.fingerprint(), fingerprint);
  }
  save(8, 3);
  EXPECT_NE(open_weights(of(8), 3, 0).fingerprint(), fingerprint);
}

TEST_F(CheckpointTest, TheNewestCounts) {
  save(90);
  save(100);
  save(20);
  EXPECT_EQ(newest()->manifest.mark.step, 100);
  EXPECT_THAT(passed_over_, IsEmpty());
}

TEST_F(CheckpointTest, WithoutItsManifestDoesNotCount) {
  save(1);
  write_ranks(2, 2);
  EXPECT_EQ(newest()->manifest.mark.step, 1);
  EXPECT_THAT(
      passed_over_,
      ElementsAre(HasSubstr("step-00000002/manifest.json: is not there")));
}

TEST_F(CheckpointTest, WithACutOrMissingFileIsPassedOver) {
  save(1);
  for (const char* name :
       {"rank-0/model.safetensors", "rank-0/config.json",
        "rank-1/optimizer.safetensors", "rank-1/tokenizer.json"}) {
    save(2);
    cut_short(of(2) / name);
    EXPECT_EQ(newest()->manifest.mark.step, 1);
    EXPECT_THAT(passed_over_,
                ElementsAre(AllOf(HasSubstr(of(2) / name),
                                  HasSubstr("bytes, the manifest says"))));
    save(2);
    fs::remove(of(2) / name);
    EXPECT_EQ(newest()->manifest.mark.step, 1);
    EXPECT_THAT(passed_over_, ElementsAre(HasSubstr("No such file")));
  }
}

TEST_F(CheckpointTest, WithoutARankIsPassedOver) {
  save(1, 3);
  save(2, 3);
  fs::remove_all(of(2) / "rank-1");
  EXPECT_EQ(newest()->manifest.mark.step, 1);
  EXPECT_THAT(passed_over_, ElementsAre(HasSubstr("rank-1")));
}

TEST_F(CheckpointTest, WithAForeignRanksFileIsPassedOver) {
  save(1);
  save(2);
  fs::copy_file(of(1) / "rank-0/model.safetensors",
                of(2) / "rank-0/model.safetensors",
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(newest()->manifest.mark.step, 1);
  EXPECT_THAT(passed_over_, ElementsAre(HasSubstr("of another model")));
}

TEST_F(CheckpointTest, WithADamagedManifestIsPassedOver) {
  save(1);
  save(2);
  const std::string whole = file_text(of(2) / "manifest.json");
  for (size_t length = 0; length + 2 < whole.size(); length += 7) {
    write_file_text(of(2) / "manifest.json", whole.substr(0, length));
    EXPECT_EQ(newest()->manifest.mark.step, 1);
    EXPECT_THAT(passed_over_, ElementsAre(HasSubstr("manifest.json: ")));
  }
  for (const char* nonsense :
       {"[]", "{}", R"({"format": 2})",
        R"({"format": 1, "step": 2, "run": "no", "seed": 1})",
        R"({"format": 1, "step": 2, "run": "0000000000000000", "seed": 1,
            "options": {}, "files": []})",
        R"({"format": 1, "step": 2, "run": "0000000000000000", "seed": 1,
            "options": {}, "files": [{"config.json": -1}]})"}) {
    write_file_text(of(2) / "manifest.json", nonsense);
    EXPECT_EQ(newest()->manifest.mark.step, 1) << nonsense;
  }
}

TEST_F(CheckpointTest, WithAnInfinityIsNotLoaded) {
  begin_checkpoint(folder_.path(), 1);
  const Shard shard = even_cut(config_.layers, 1)[0];
  RankParameters parameters(config_, shard);
  parameters.all()[3]->first_moment.data()[5] =
      std::numeric_limits<float>::infinity();
  write_rank(folder_.path(), {1, kRun}, config_, shard, parameters.to_write());
  write_manifest(of(1), manifest(1, 1));
  EXPECT_THAT(bad_input_of([&] {
                load_checkpoint(ModelFolder(of(1)), parameters.all());
              }),
              HasSubstr("optimizer.safetensors"));
}

TEST_F(CheckpointTest, OfAnotherShapeIsNotLoaded) {
  save(1);
  ModelConfig other = config_;
  other.hidden_dim *= 2;
  const RankParameters parameters(other, even_cut(other.layers, 1)[0]);
  EXPECT_THAT(bad_input_of([&] {
                load_checkpoint(ModelFolder(of(1)), parameters.all());
              }),
              HasSubstr("expected ["));
}

TEST_F(CheckpointTest, SavedAgainLeavesNothingOfTheFirst) {
  save(5, 4);
  save(5, 2);
  EXPECT_EQ(newest()->manifest.ranks, 2);
  EXPECT_FALSE(fs::exists(of(5) / "rank-3"));
}

TEST_F(CheckpointTest, BegunAgainNoLongerCounts) {
  save(5);
  begin_checkpoint(folder_.path(), 5);
  EXPECT_FALSE(newest());
}

TEST_F(CheckpointTest, OnlyTheLastOnesAreKept) {
  write_ranks(1, 2);  // broken off, long ago
  for (const int step : {2, 3, 4, 5}) save(step);
  cut_short(of(4) / "rank-0/model.safetensors");
  write_ranks(6, 2);  // newer than all: somebody may be at it
  write_file_text(folder_ / "log.jsonl", "{}");
  keep_last(folder_.path(), 2);
  EXPECT_FALSE(fs::exists(of(1)));
  EXPECT_FALSE(fs::exists(of(2)));
  EXPECT_TRUE(fs::exists(of(3)));
  EXPECT_FALSE(fs::exists(of(4)));
  EXPECT_TRUE(fs::exists(of(5)));
  EXPECT_TRUE(fs::exists(of(6)));
  EXPECT_TRUE(fs::exists(folder_ / "log.jsonl"));
}

// A limit on a file's size stands for the full disk: write fails just so.
TEST_F(CheckpointTest, OfAFullDiskLeavesTheOneBefore) {
  save(1);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignore = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {2000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_THROW(write_ranks(2, 2), std::system_error);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, ignore);
  EXPECT_EQ(newest()->manifest.mark.step, 1);
  EXPECT_THROW(write_manifest(of(2), manifest(2, 2)), fs::filesystem_error);
  remove_checkpoint(folder_.path(), 2);
  EXPECT_FALSE(fs::exists(of(2)));
  const RankParameters parameters(config_, even_cut(config_.layers, 1)[0]);
  load_checkpoint(newest()->model, parameters.all());
  parameters.expect_filled(1);
}

}  // namespace
}  // namespace pi_ring
