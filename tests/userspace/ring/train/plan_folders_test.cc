#include "userspace/ring/train/plan_folders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/temporary_folder.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

class PlanFoldersTest : public testing::Test {
 protected:
  PlanFoldersTest() {
    fs::create_directories(top_ / "training/run");
    fs::create_directories(top_ / "training-2");
    fs::create_directories(top_ / "model");
    fs::create_directory_symlink(top_ / "training-2", top_ / "training/out");
    fs::create_directory_symlink(top_ / "training", top_ / "in");
  }

  // Whether a rank with these folders accepts the plan.
  bool accepts(const TrainPlan& plan) const {
    try {
      check_folders({top_ / "model", top_ / "training"}, plan);
      return true;
    } catch (const RingError&) {
      return false;
    }
  }
  bool may_save(const fs::path& path) const {
    TrainPlan plan;
    plan.save = path;
    return accepts(plan);
  }
  bool may_read(const fs::path& path) const {
    TrainPlan plan;
    plan.start = TrainPlan::Start::kModel;
    plan.from = path;
    return accepts(plan);
  }

  TemporaryFolder folder_;
  fs::path top_ = folder_.path();
};

TEST_F(PlanFoldersTest, ATrainingWritesBelowTheTrainingFolder) {
  EXPECT_TRUE(may_save(top_ / "training"));
  EXPECT_TRUE(may_save(top_ / "training/"));
  EXPECT_TRUE(may_save(top_ / "training/run"));
  EXPECT_TRUE(may_save(top_ / "training/new/and/deeper"));
  EXPECT_TRUE(may_save(top_ / "training/new/../other"));
  EXPECT_TRUE(may_save(top_ / "in/run"));
}

TEST_F(PlanFoldersTest, ATrainingWritesNowhereElse) {
  EXPECT_FALSE(may_save("/"));
  EXPECT_FALSE(may_save("/etc"));
  EXPECT_FALSE(may_save("run"));
  EXPECT_FALSE(may_save(top_));
  EXPECT_FALSE(may_save(top_ / "model"));
  EXPECT_FALSE(may_save(top_ / "training-2"));
  EXPECT_FALSE(may_save(top_ / "training/../training-2"));
  EXPECT_FALSE(may_save(top_ / "training/run/../../training-2"));
  EXPECT_FALSE(may_save(top_ / "training/new/../../training-2"));
  EXPECT_FALSE(may_save(top_ / "training/out"));
  EXPECT_FALSE(may_save(top_ / "training/out/run"));
  EXPECT_FALSE(may_save(std::string(3000, 'x') + "/" + std::string(90, '.')));
}

TEST_F(PlanFoldersTest, ATrainingReadsBelowTheModelToo) {
  EXPECT_TRUE(may_read(top_ / "model"));
  EXPECT_TRUE(may_read(top_ / "model/rank-0"));
  EXPECT_TRUE(may_read(top_ / "training/run/step-00000001"));
  EXPECT_FALSE(may_read(top_));
  EXPECT_FALSE(may_read(top_ / "model/../training-2"));
  EXPECT_FALSE(may_read(""));
  EXPECT_FALSE(may_read("/etc"));
}

TEST_F(PlanFoldersTest, TheTokenizerIsReadWhereThereIsSomethingToSave) {
  TrainPlan plan;
  plan.tokenizer = "/etc";
  EXPECT_TRUE(accepts(plan));
  plan.save = top_ / "training/run";
  EXPECT_FALSE(accepts(plan));
  plan.tokenizer = top_ / "model";
  EXPECT_TRUE(accepts(plan));
}

TEST_F(PlanFoldersTest, WithoutFoldersNothingIsAllowed) {
  TrainPlan plan;
  EXPECT_NO_THROW(check_folders({}, plan));
  plan.save = top_ / "training/run";
  EXPECT_THROW(check_folders({}, plan), RingError);
  plan.save.clear();
  plan.start = TrainPlan::Start::kModel;
  EXPECT_THROW(check_folders({}, plan), RingError);
}

TEST_F(PlanFoldersTest, ACheckpointIsNotWrittenThroughALink) {
  TrainPlan plan;
  plan.save = top_ / "training/run";
  const PlanFolders folders{top_ / "model", top_ / "training"};
  EXPECT_NO_THROW(check_checkpoint(folders, plan, 0, 1));
  fs::create_directory_symlink(top_ / "training-2",
                               top_ / "training/run/step-00000001");
  EXPECT_THROW(check_checkpoint(folders, plan, 0, 1), RingError);
  EXPECT_NO_THROW(check_checkpoint(folders, plan, 0, 2));
}

}  // namespace
}  // namespace pi_ring
