// Training's forward against the one that generates, and its memory against
// what it said before.
#include <gtest/gtest.h>
#include <malloc.h>

#include <optional>
#include <string>

#include "model/architecture/cut.h"
#include "model/layers/embedding.h"
#include "model/layers/stage.h"
#include "model/train/initialize.h"
#include "model/train/memory_needed.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/model/train/small_trainer.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

TEST(TrainStage, AgreesWithTheStageThatGenerates) {
  const TemporaryFolder folder;
  const ModelConfig config = small_config();
  write_small_model(folder.path() / "model");
  const Weights weights = open_weights(folder.path() / "model", 1, 0);
  const Pool pool(1);
  const TrainShape shape{.length = 20};
  Buffers buffers;
  const TrainSetup setup{config, shape, pool.threads(), buffers};
  TrainStage train(setup, 0, config.layers);
  TrainEnds ends(setup);
  load(weights, train.parameters());
  load(weights, ends.parameters());
  train.refresh(pool);
  std::vector<int> tokens(20);
  for (size_t i = 0; i < tokens.size(); ++i) {
    tokens[i] = static_cast<int>(i * 5 % 16);
  }
  FloatBuffer x(floats(20, config.dim));
  FloatBuffer expected(x.size());
  ends.embed(tokens, x.data());
  Embedding(weights).forward(tokens, 0, expected.data());
  train.forward(pool, 0, x.data());
  TextCache cache(weights, DType::F32);
  Stage(weights, pool).forward(pool, 0, 20, cache, expected.data());
  for (size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(x.data()[i], expected.data()[i], 1e-6);
  }
}

TEST(TrainEnds, ATokenPastTheVocabularyIsRefused) {
  Buffers buffers;
  const ModelConfig config = small_config();
  const TrainShape shape{.length = 2};
  const TrainEnds ends({config, shape, 1, buffers});
  FloatBuffer x(16);
  EXPECT_THROW(ends.embed(std::vector{0, 16}, x.data()), std::out_of_range);
  EXPECT_THROW(ends.embed(std::vector{-1, 0}, x.data()), std::out_of_range);
}

size_t allocated() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

class MemoryNeeded : public testing::TestWithParam<TrainShape> {};

TEST_P(MemoryNeeded, IsWithinATenthOfWhatIsAllocated) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's allocator does not count";
#endif
  ModelConfig config = shape_of("260K");
  const TrainShape shape = GetParam();
  const Pool pool(1);
  { const SmallTrainer warm(small_config(), {}, pool); }
  for (const bool tied : {true, false}) {
    config.tied = tied;
    const size_t before = allocated();
    SmallTrainer trainer(config, shape, pool);
    trainer.step();
    const auto taken = static_cast<double>(allocated() - before);
    const auto planned = static_cast<double>(
        memory_needed(config, even_cut(config.layers, 1)[0], shape, 1));
    EXPECT_NEAR(planned / taken, 1.0, 0.1) << planned << " planned, " << taken;
    EXPECT_EQ(trainer.bytes(), planned);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, MemoryNeeded,
    testing::Values(TrainShape{.sequences = 1, .length = 32},
                    TrainShape{.sequences = 4, .length = 128},
                    TrainShape{.sequences = 2,
                               .length = 256,
                               .micro_batches = 4,
                               .in_flight = 4},
                    TrainShape{.sequences = 2,
                               .length = 256,
                               .micro_batches = 4,
                               .in_flight = 4,
                               .recompute = true}),
    [](const testing::TestParamInfo<TrainShape>& test) {
      const TrainShape& shape = test.param;
      return std::to_string(shape.sequences) + "x" +
             std::to_string(shape.length) + "_" +
             std::to_string(shape.in_flight) +
             (shape.recompute ? "_recomputed" : "_kept");
    });

}  // namespace
}  // namespace pi_ring
