#include "model/math/linear.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>

#include "model/folder/random_model.h"
#include "model/math/float_buffer.h"
#include "model/tensor/tensor.h"
#include "tests/model/folder/opened_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::ElementsAreArray;

// Matrices of odd sizes come from a small model: the gates are [hidden, dim].
class LinearTest : public testing::Test {
 protected:
  LinearTest() {
    config_.dim = 36;
    config_.hidden_dim = 333;
    config_.layers = 1;
    config_.heads = config_.kv_heads = 3;
    config_.vocab = 259;
    config_.context = 8;
    write_random_model(config_, 1, DType::F32, folder_.path() / "model");
    weights_ = open_weights(folder_.path() / "model", 1, 0);
    std::mt19937 generator(1);
    std::normal_distribution<float> normal;
    for (size_t i = 0; i < x_.size(); ++i) {
      x_.data()[i] = normal(generator);
    }
  }

  Tensor take(const char* name) const {
    return weights_->take(std::string("model.layers.0.mlp.") + name,
                          {config_.hidden_dim, config_.dim});
  }

  // Both matrices as one product.
  std::vector<float> gate_and_up(const Pool& pool, int rows) const {
    Linear linear(config_.dim, 2 * config_.hidden_dim, pool);
    Tensor gate = take("gate_proj.weight");
    Tensor up = take("up_proj.weight");
    linear.append(gate, config_.hidden_dim);
    linear.append(up, config_.hidden_dim);
    std::vector<float> y(static_cast<size_t>(rows) * 2 * 333);
    linear.run(pool, rows, x_.data(), y.data());
    return y;
  }

  static constexpr int kRows = 9;
  TemporaryFolder folder_;
  ModelConfig config_;
  std::optional<Weights> weights_;
  FloatBuffer x_{static_cast<size_t>(kRows) * 36};
};

TEST_F(LinearTest, MultipliesByEachMatrixInTurn) {
  const std::vector<float> y = gate_and_up(Pool(1), kRows);
  size_t at = 0;
  for (int row = 0; row < kRows; ++row) {
    for (const char* name : {"gate_proj.weight", "up_proj.weight"}) {
      Tensor tensor = take(name);
      const auto w = tensor.all();
      for (size_t i = 0; i < 333; ++i) {
        double expected = 0.0;
        for (size_t j = 0; j < 36; ++j) {
          expected += static_cast<double>(w[i * 36 + j]) *
                      static_cast<double>(x_.data()[row * 36 + j]);
        }
        EXPECT_NEAR(y[at++], expected, 1e-5);
      }
    }
  }
}

TEST_F(LinearTest, ResultsAreBitIdenticalForEveryThreadCount) {
  const std::vector<float> one = gate_and_up(Pool(1), kRows);
  EXPECT_THAT(gate_and_up(Pool(2), kRows), ElementsAreArray(one));
  EXPECT_THAT(gate_and_up(Pool(5, Pool::Waiting::kSleep), kRows),
              ElementsAreArray(one));
}

TEST_F(LinearTest, ARowIsTheSameHoweverManyComeWithIt) {
  const Pool pool(1);
  const std::vector<float> all = gate_and_up(pool, kRows);
  for (int rows = 1; rows < kRows; ++rows) {
    const std::vector<float> some = gate_and_up(pool, rows);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << rows;
  }
}

TEST_F(LinearTest, MoreWeightsThanOutputsAreRefused) {
  const Pool pool(1);
  Linear linear(config_.dim, config_.hidden_dim, pool);
  Tensor gate = take("gate_proj.weight");
  linear.append(gate, config_.hidden_dim);
  EXPECT_THROW(linear.append(gate, config_.hidden_dim), std::logic_error);
}

}  // namespace
}  // namespace pi_ring
