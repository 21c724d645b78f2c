// A model's folder: what kind it is, how it is cut, and that it is opened once.
#include "model/folder/model_folder.h"

#include <gmock/gmock.h>

#include "model/tensor/tensor.h"
#include "tests/bad_input_of.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using Kind = ModelFolder::Kind;

const Shard kFirst{.rank = 0, .ranks = 3, .begin = 0, .end = 1};
const Shard kSecond{.rank = 1, .ranks = 3, .begin = 1, .end = 3};
const Shard kHead{.rank = 2, .ranks = 3, .begin = 3, .end = 3};
const Cut kUneven = {kFirst, kSecond, kHead};

class ModelFolderTest : public testing::Test {
 protected:
  ModelFolderTest() {
    write_small_model(model());
    write_shards(ModelFolder(model()), kUneven, shards());
  }

  fs::path model() const { return folder_ / "model"; }
  fs::path shards() const { return folder_ / "shards"; }

  TemporaryFolder folder_;
};

TEST_F(ModelFolderTest, KindsAreToldApart) {
  EXPECT_EQ(ModelFolder(model()).kind(), Kind::kWhole);
  EXPECT_EQ(ModelFolder(shards()).kind(), Kind::kShards);
  EXPECT_EQ(ModelFolder(shards() / "rank-1").kind(), Kind::kShard);
  write_file_text(shards() / "manifest.json", "{}");
  EXPECT_EQ(ModelFolder(shards()).kind(), Kind::kCheckpoint);
  // Somebody else's manifest does not make a checkpoint of a whole model.
  write_file_text(model() / "manifest.json", "{}");
  EXPECT_EQ(ModelFolder(model()).kind(), Kind::kWhole);
}

TEST_F(ModelFolderTest, EachSaysForHowManyRanksItIs) {
  EXPECT_EQ(ModelFolder(model()).ranks(), 0);
  EXPECT_EQ(ModelFolder(shards()).ranks(), 3);
  EXPECT_EQ(ModelFolder(shards() / "rank-1").ranks(), 3);
  EXPECT_EQ(ModelFolder(shards() / "rank-1").single_shard(), kSecond);
}

TEST_F(ModelFolderTest, ShardsKeepTheCutThatTheyWereMadeWith) {
  EXPECT_EQ(ModelFolder(shards()).cut_for(3), kUneven);
  EXPECT_EQ(ModelFolder(model()).cut_for(3), even_cut(3, 3));
  EXPECT_THAT(bad_input_of([&] { ModelFolder(shards()).cut_for(2); }),
              HasSubstr("cut for 3 ranks, asked for 2"));
}

TEST_F(ModelFolderTest, ACheckpointIsSharedByAnyNumberOfRanks) {
  write_file_text(shards() / "manifest.json", "{}");
  const ModelFolder checkpoint(shards());
  EXPECT_EQ(checkpoint.cut_for(3), kUneven);
  EXPECT_EQ(checkpoint.cut_for(2), even_cut(3, 2));
  const Weights part(checkpoint, even_cut(3, 2)[0]);
  EXPECT_EQ(part.bytes(), open_weights(model(), 2, 0).bytes());
}

TEST_F(ModelFolderTest, ShardsThatDoNotMakeAModelAreRefused) {
  const auto other = folder_ / "other";
  write_shards(model(), 3, other);
  fs::remove_all(other / "rank-1");
  fs::copy(shards() / "rank-1", other / "rank-1");
  EXPECT_THAT(bad_input_of([&] { ModelFolder(other).cut_for(3); }),
              HasSubstr("rank-1/model.safetensors: holds layers [1,3), "
                        "expected layers from 2 on"));
}

TEST_F(ModelFolderTest, ShardsOfAnotherNumberOfRanksAreNotTakenTogether) {
  write_shards(model(), 4, folder_ / "four");
  fs::rename(folder_ / "four" / "rank-3", shards() / "rank-3");
  EXPECT_THAT(bad_input_of([&] { ModelFolder folder(shards()); }),
              HasSubstr("rank-3/model.safetensors: cut for 4 ranks, those "
                        "beside it for 3"));
}

TEST_F(ModelFolderTest, AShardIsNotTakenForOtherLayers) {
  const ModelFolder folder(shards());
  EXPECT_THAT(bad_input_of([&] { Weights(folder, even_cut(3, 3)[1]); }),
              HasSubstr("holds layers [1,3), expected layers [2,3)"));
}

TEST_F(ModelFolderTest, AShardAloneIsNotTakenForAnotherRanks) {
  const ModelFolder folder(shards() / "rank-1");
  EXPECT_THAT(bad_input_of([&] { Weights(folder, kFirst); }),
              HasSubstr("holds rank 1 of 3, expected rank 0 of 3"));
}

TEST_F(ModelFolderTest, ACheckpointWithoutARanksMomentsIsNotResumed) {
  write_file_text(shards() / "manifest.json", "{}");
  EXPECT_THAT(bad_input_of([&] { ModelFolder(shards()).moments(); }),
              HasSubstr("rank-0/optimizer.safetensors: is not there"));
}

TEST_F(ModelFolderTest, TheTokenizerIsTheHeads) {
  EXPECT_EQ(ModelFolder(model()).tokenizer_folder(), model());
  EXPECT_EQ(ModelFolder(shards()).tokenizer_folder(), shards() / "rank-2");
  EXPECT_TRUE(ModelFolder(shards()).has_tokenizer());
  EXPECT_FALSE(ModelFolder(shards() / "rank-0").has_tokenizer());
}

// What is opened once needs no file any more.
TEST_F(ModelFolderTest, NothingIsOpenedASecondTime) {
  const Weights before = open_weights(model(), 1, 0);
  const ModelTensor embedding = tensor_of(before.config(), Role::kEmbedding);
  Tensor expected = before.take(embedding);
  const std::vector<float> values(expected.all().begin(), expected.all().end());
  for (const fs::path& path : {model(), shards()}) {
    const ModelFolder folder(path);
    fs::remove_all(path);
    const Cut cut = folder.cut_for(3);
    for (const Shard& shard : cut) {
      const Weights weights(folder, shard);
      EXPECT_EQ(weights.config().name, "small");
      EXPECT_EQ(weights.fingerprint(), folder.fingerprint());
      if (!shard.is_head()) continue;
      EXPECT_THAT(weights.take(embedding).all(),
                  testing::ElementsAreArray(values));
    }
  }
}

TEST_F(ModelFolderTest, WeightsOutliveTheFolderThatOpenedThem) {
  const Weights weights = [&] {
    const ModelFolder folder(shards());
    return Weights(folder, kHead);
  }();
  EXPECT_EQ(weights.take("model.norm.weight", {8}).all().size(), 8U);
}

}  // namespace
}  // namespace pi_ring
