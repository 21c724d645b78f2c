// Fifty steps of the 260K shape against PyTorch's, as train_torch.py wrote
// them.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "model/folder/random_model.h"
#include "model/folder/weights.h"
#include "model/train/adamw.h"
#include "model/train/initialize.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/train/small_trainer.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

// The script's batch_of.
std::vector<std::vector<int>> batch_of(int step, const TrainShape& shape,
                                       int vocab) {
  RandomNumbers numbers(1000 + static_cast<uint64_t>(step));
  std::vector<std::vector<int>> batch;
  for (int i = 0; i < shape.sequences; ++i) {
    std::vector<int>& tokens = batch.emplace_back();
    tokens.push_back(
        static_cast<int>(numbers.next() % static_cast<uint64_t>(vocab)));
    for (int j = 0; j < shape.length; ++j) {
      const int change = static_cast<int>(numbers.next() % 4);
      tokens.push_back((tokens.back() * 3 + change) % vocab);
    }
  }
  return batch;
}

TEST(Curve, OfFiftyStepsIsPyTorchs) {
  std::ifstream file(PI_RING_LOSS_CURVE);
  const auto curve = nlohmann::json::parse(file);
  const TemporaryFolder folder;
  const ModelConfig config = shape_of("260K");
  write_random_model(config, 1, DType::F32, folder.path() / "model");
  const TrainShape shape{.sequences = curve.at("sequences"),
                         .length = curve.at("length")};
  const Pool pool(1);
  SmallTrainer trainer(config, shape, pool);
  const std::vector<Parameter*> parameters = trainer.parameters();
  load(open_weights(folder.path() / "model", 1, 0), parameters);
  const AdamW optimiser({.weight_decay = 0.1F});
  int step = 0;
  for (const double expected : curve.at("losses")) {
    trainer.refresh();
    trainer.set_sequences(batch_of(step++, shape, config.vocab));
    EXPECT_NEAR(trainer.step(), expected, 1e-3) << "in step " << step;
    const float scale = clip_scale(add_squares(0.0, parameters), 1.0F);
    optimiser.update(pool, parameters, 1e-3F, scale, step);
  }
  EXPECT_EQ(step, 50);
}

}  // namespace
}  // namespace pi_ring
