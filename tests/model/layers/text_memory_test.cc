// What a rank will take is told before it is taken.
#include "model/layers/text_memory.h"

#include <gtest/gtest.h>

#include "model/exchange/export_gguf.h"
#include "model/layers/kv_cache.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

class TextMemoryTest : public testing::Test {
 protected:
  std::filesystem::path write_folder(bool tied = true) const {
    const ModelConfig config = config_of(tied);
    write_random_model(config, 1, DType::F16, folder_ / "folder");
    return folder_ / "folder";
  }
  std::filesystem::path write_gguf(bool tied = true) const {
    const ModelFolder model(write_folder(tied));
    auto file = folder_ / "model.gguf";
    export_gguf(model, *find_gguf_types("q8_0"), 1, file);
    return file;
  }
  static ModelConfig config_of(bool tied) {
    ModelConfig config = shape_of("260K");
    config.tied = tied;
    return config;
  }

  TemporaryFolder folder_;
};

TEST_F(TextMemoryTest, AMappedFilesWeightsAreTheTensorsThatProductsRead) {
  const Weights weights = open_weights(write_gguf(), 1, 0);
  EXPECT_EQ(text_memory(weights, 1).weights, weights.bytes());
}

// Its rows are read one by one and given back.
TEST_F(TextMemoryTest, AnEmbeddingThatIsNoClassifierTakesNothing) {
  const Weights weights = open_weights(write_gguf(/*tied=*/false), 1, 0);
  const uint64_t matrix =
      bytes_of(DType::Q8_0, uint64_t{512} * 64);  // vocabulary, width
  EXPECT_EQ(text_memory(weights, 1).weights, weights.bytes() - matrix);
}

TEST_F(TextMemoryTest, PackedWeightsAreF32AndALittleMore) {
  const Weights weights = open_weights(write_folder(), 1, 0);
  const uint64_t packed = text_memory(weights, 1).weights;
  EXPECT_GE(packed, weights.bytes_as_f32());
  EXPECT_LE(packed, weights.bytes_as_f32() * 11 / 10);
}

TEST_F(TextMemoryTest, TheCacheGrowsWithThePositionsOfEachLayer) {
  const Weights weights = open_weights(write_folder(), 3, 0);
  const TextMemory one = text_memory(weights, 1);
  const TextMemory many = text_memory(weights, 100);
  EXPECT_EQ(one.cache, 3 * KvCache::bytes(weights.config(), 0, DType::F32, 1));
  EXPECT_EQ(many.cache, 4 * one.cache);  // in pages of 32
  EXPECT_EQ(text_memory(weights, 100, DType::F16).cache, many.cache / 2);
  EXPECT_EQ(many.buffers, one.buffers);
}

TEST_F(TextMemoryTest, AHeadWithoutLayersHasNoCacheAndNoScores) {
  const auto model = write_folder();
  const TextMemory head = text_memory(open_weights(model, 3, 2), 512);
  const TextMemory rank = text_memory(open_weights(model, 3, 1), 512);
  EXPECT_EQ(head.cache, 0U);
  EXPECT_GT(head.buffers, 0U);
  const uint64_t scores = sizeof(float) * 8 * 512;  // heads, context
  EXPECT_LT(head.buffers, scores + rank.buffers);
}

}  // namespace
}  // namespace pi_ring
