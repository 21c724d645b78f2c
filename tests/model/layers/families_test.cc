// Every family against a textbook version of it in double precision, written in
// another language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/layers/classifier.h"
#include "model/layers/embedding.h"
#include "model/layers/stage.h"
#include "tests/model/family_case.h"
#include "tests/model/folder/opened_model.h"
#include "tests/real_weights.h"

namespace pi_ring {
namespace {

constexpr float kLogitTolerance = 1e-4F;

// The logits after each token, `rows` tokens at once.
std::vector<std::vector<float>> logits_of(const Weights& weights,
                                          std::span<const int> tokens,
                                          size_t rows, const Pool& pool,
                                          DType cache_type = DType::F32) {
  const Embedding embedding(weights);
  Stage stage(weights, pool);
  TextCache cache(weights, cache_type);
  Classifier classifier(weights, pool);
  const size_t dim = floats(weights.config().dim);
  FloatBuffer x(rows * dim);
  std::vector<std::vector<float>> all;
  for (size_t at = 0; at < tokens.size(); at += rows) {
    const auto chunk = tokens.subspan(at, std::min(rows, tokens.size() - at));
    const int position = static_cast<int>(at);
    embedding.forward(chunk, position, x.data());
    stage.forward(pool, position, static_cast<int>(chunk.size()), cache,
                  x.data());
    for (size_t row = 0; row < chunk.size(); ++row) {
      all.emplace_back(floats(weights.config().vocab));
      classifier.forward(pool, x.data() + row * dim, all.back().data());
    }
  }
  return all;
}

class Families : public testing::TestWithParam<std::string> {
 protected:
  std::span<const int> inputs() const {
    return std::span(case_.tokens).first(case_.tokens.size() - 1);
  }

  const FamilyCase case_{GetParam()};
  const Weights weights_ = open_weights(case_.folder, 1, 0);
};

TEST_P(Families, HaveTheLogitsOfTheTextbook) {
  const auto logits = logits_of(weights_, inputs(), 7, Pool(1));
  ASSERT_EQ(logits.size(), case_.logits.size());
  for (size_t i = 0; i < logits.size(); ++i) {
    EXPECT_THAT(logits[i],
                testing::Pointwise(testing::FloatNear(kLogitTolerance),
                                   case_.logits[i]))
        << "after token " << i;
  }
}

TEST_P(Families, HaveTheSameBitsForAllChunksAndThreads) {
  const auto expected = logits_of(weights_, inputs(), 7, Pool(1));
  EXPECT_EQ(logits_of(weights_, inputs(), 1, Pool(1)), expected);
  EXPECT_EQ(logits_of(weights_, inputs(), 24, Pool(2)), expected);
}

TEST_P(Families, HaveNearlyTheSameLogitsWithACacheOfHalves) {
  const auto exact = logits_of(weights_, inputs(), 7, Pool(1));
  const auto rounded = logits_of(weights_, inputs(), 7, Pool(1), DType::F16);
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_THAT(rounded[i],
                testing::Pointwise(testing::FloatNear(1e-2F), exact[i]));
  }
  EXPECT_EQ(logits_of(weights_, inputs(), 1, Pool(2), DType::F16), rounded);
}

class FakeGpt2 : public testing::Test {};
using FakeGpt2RealWeights = WithRealWeights<FakeGpt2>;

TEST_F(FakeGpt2RealWeights, HasTheLogitsOfTheTextbook) {
  const auto expected = nlohmann::json::parse(
      file_text(std::filesystem::path(PI_RING_FAMILIES) / "../fake_gpt2.json"));
  const auto tokens = expected.at("tokens").get<std::vector<int>>();
  const Weights weights = open_weights(data_ / "fake_gpt2", 1, 0);
  const auto logits = logits_of(weights, tokens, 32, Pool(1));
  for (size_t row = 0; row < tokens.size(); ++row) {
    const nlohmann::json& some = expected.at("logits").at(row);
    for (size_t i = 0; i < some.size(); ++i) {
      EXPECT_NEAR(logits[row][1000 * i], some[i].get<float>(), kLogitTolerance);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OfTheReference, Families,
                         testing::ValuesIn(family_names()),
                         [](const auto& tried) { return tried.param; });

}  // namespace
}  // namespace pi_ring
