// Every gradient against finite differences of the textbook model in double
// precision, and against itself for other threads, cuts and memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/folder/random_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/model/train/small_trainer.h"
#include "tests/reference/naive_llama.h"
#include "tests/sanitized.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

constexpr double kTolerance = 1e-3;  // relative, of each tensor's gradient

// The textbook model with the trainer's values.
NaiveLlama textbook_of(const ModelConfig& config, SmallTrainer& trainer) {
  const TemporaryFolder folder;
  write_random_model(config, 1, DType::F32, folder.path() / "model");
  NaiveLlama textbook(folder.path() / "model");
  for (const Parameter* parameter : trainer.parameters()) {
    std::copy_n(parameter->value.data(), parameter->value.size(),
                textbook.values(parameter->name).begin());
  }
  return textbook;
}

double loss_of(const NaiveLlama& textbook, const SmallTrainer& trainer,
               int sequences) {
  double sum = 0.0;
  for (int i = 0; i < sequences; ++i) sum += textbook.loss(trainer.sequence(i));
  return sum / trainer.targets();
}

// Holds `samples` values of each tensor, spread over it, to the reference.
void expect_true_gradients(const ModelConfig& config, const TrainShape& shape,
                           size_t samples) {
  const Pool pool(1);
  SmallTrainer trainer(config, shape, pool);
  NaiveLlama textbook = textbook_of(config, trainer);
  const int sequences = shape.sequences * shape.micro_batches;
  EXPECT_NEAR(trainer.step(), loss_of(textbook, trainer, sequences), 1e-5);
  for (const Parameter* parameter : trainer.parameters()) {
    constexpr double kStep = 1e-5;
    double error = 0.0;
    double size = 0.0;
    std::vector<double>& values = textbook.values(parameter->name);
    const size_t stride = std::max<size_t>(1, values.size() / samples);
    for (size_t i = 0; i < values.size(); i += stride) {
      const double value = values[i];
      values[i] = value + kStep;
      const double above = loss_of(textbook, trainer, sequences);
      values[i] = value - kStep;
      const double below = loss_of(textbook, trainer, sequences);
      values[i] = value;
      const double slope = (above - below) / (2 * kStep);
      const auto ours = static_cast<double>(parameter->gradient.data()[i]);
      error += (ours - slope) * (ours - slope);
      size += slope * slope;
    }
    EXPECT_GT(size, 0.0) << parameter->name;
    EXPECT_LT(std::sqrt(error / size), kTolerance) << parameter->name;
  }
}

std::vector<float> gradients_of(const ModelConfig& config,
                                const TrainShape& shape, const Pool& pool,
                                int ranks) {
  SmallTrainer trainer(config, shape, pool, ranks);
  std::vector<float> all = {static_cast<float>(trainer.step())};
  for (const Parameter* parameter : trainer.parameters()) {
    all.insert(all.end(), parameter->gradient.data(),
               parameter->gradient.data() + parameter->gradient.size());
  }
  return all;
}

// Longer and wider than every piece that the work is cut into.
ModelConfig wide_config() {
  ModelConfig config = small_config(false);
  config.dim = 36;
  config.hidden_dim = 530;
  config.heads = 6;
  config.kv_heads = 3;
  config.layers = 1;
  config.vocab = 83;
  config.context = 128;
  return config;
}

// How many values of each tensor are tried: all, except where a sanitizer makes
// the reference slow.
constexpr size_t kMost = kSanitized ? 50 : 10000;

const TrainShape kSmall{.sequences = 2, .length = 5, .micro_batches = 2};
const TrainShape kLong{.sequences = 4, .length = 70, .micro_batches = 1};

TEST(Gradients, OfATiedModelAreTheSlopesOfItsLoss) {
  expect_true_gradients(small_config(true), kSmall, kMost);
}

TEST(Gradients, OfAnUntiedModelAreTheSlopesOfItsLoss) {
  expect_true_gradients(small_config(false), kSmall, kMost);
}

TEST(Gradients, OfOneKeyHeadAQueryHeadAreTheSlopesOfTheLoss) {
  ModelConfig config = small_config();
  config.kv_heads = config.heads;
  expect_true_gradients(config, kSmall, kMost);
}

TEST(Gradients, OfWorkInManyPiecesAreTheSlopesOfTheLoss) {
  expect_true_gradients(wide_config(), kLong, 3);
}

TEST(Gradients, AreBitIdenticalForEveryThreadCount) {
  for (const ModelConfig& config : {small_config(), wide_config()}) {
    const auto one = gradients_of(config, kLong, Pool(1), 1);
    EXPECT_EQ(gradients_of(config, kLong, Pool(2), 1), one);
    EXPECT_EQ(gradients_of(config, kLong, Pool(3, Pool::Waiting::kSleep), 1),
              one);
  }
}

TEST(Gradients, AreBitIdenticalForEveryCut) {
  ModelConfig config = small_config(false);
  config.layers = 4;
  const Pool pool(1);
  const auto one = gradients_of(config, kSmall, pool, 1);
  EXPECT_EQ(gradients_of(config, kSmall, pool, 2), one);
  EXPECT_EQ(gradients_of(config, kSmall, pool, 4), one);
}

TEST(Gradients, AreBitIdenticalWhereActivationsAreRecomputed) {
  TrainShape sparing = kSmall;
  sparing.recompute = true;
  const Pool pool(1);
  EXPECT_EQ(gradients_of(small_config(), sparing, pool, 1),
            gradients_of(small_config(), kSmall, pool, 1));
}

}  // namespace
}  // namespace pi_ring
