// Random models: the shapes people know, the same bytes everywhere.
#include "model/folder/random_model.h"

#include <gmock/gmock.h>

#include <cmath>

#include "model/folder/weights.h"
#include "model/tensor/tensor.h"
#include "tests/file_text.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

TEST(RandomModel, TheUsualShapesAreKnown) {
  EXPECT_EQ(shape_of("15M").dim, 288);
  EXPECT_EQ(shape_of("42M").hidden_dim, 1376);
  EXPECT_EQ(shape_of("110M").layers, 12);
  EXPECT_EQ(shape_of("260K").kv_heads, 4);
  EXPECT_THROW(shape_of("7B"), std::invalid_argument);
}

TEST(RandomModel, TheSameSeedGivesTheSameBytes) {
  TemporaryFolder folder;
  write_small_model(folder / "a", true, 5);
  write_small_model(folder / "b", true, 5);
  write_small_model(folder / "c", true, 6);
  const auto bytes = [&](const char* name) {
    return file_text(folder / name / "model.safetensors");
  };
  EXPECT_EQ(bytes("a"), bytes("b"));
  EXPECT_NE(bytes("a"), bytes("c"));
}

// Fixed numbers, so that a generator which differs somewhere is noticed there.
TEST(RandomModel, TheFirstWeightsAreTheseOnEveryMachine) {
  TemporaryFolder folder;
  write_small_model(folder / "a", true, 1);
  EXPECT_EQ(open_weights(folder / "a", 1, 0).fingerprint(),
            669571501279143566U);
}

TEST(RandomModel, WeightsAreSpreadAsMeant) {
  TemporaryFolder folder;
  write_random_model(shape_of("260K"), 1, DType::F32, folder / "a");
  const Weights weights = open_weights(folder / "a", 1, 0);
  EXPECT_EQ(weights.config().note, "untrained: random weights");
  Tensor matrix = weights.take("model.embed_tokens.weight", {512, 64});
  double sum = 0;
  double squares = 0;
  for (const float value : matrix.all()) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto count = static_cast<double>(matrix.all().size());
  EXPECT_NEAR(sum / count, 0.0, 0.0005);
  EXPECT_NEAR(std::sqrt(squares / count), 0.02, 0.0005);
  EXPECT_THAT(weights.take("model.norm.weight", {64}).all(),
              testing::Each(1.0F));
}

TEST(RandomModel, ATypeThatIsNoFloatIsAWrongCall) {
  TemporaryFolder folder;
  EXPECT_THROW(write_random_model(small_config(), 1, DType::I8, folder / "a"),
               std::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
}

}  // namespace
}  // namespace pi_ring
