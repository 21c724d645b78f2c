// Every family's loss and gradients against a textbook version in double
// precision, written in another language, with automatic differentiation.
#include <gtest/gtest.h>

#include <cmath>

#include "model/tensor/safetensors.h"
#include "model/tensor/tensor.h"
#include "model/train/checkpoint.h"
#include "model/train/initialize.h"
#include "tests/model/family_case.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/train/small_trainer.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

constexpr double kGradientTolerance =
    1e-3;  // relative, of each tensor's gradient

class FamilyGradients : public testing::TestWithParam<std::string> {
 protected:
  SmallTrainer trainer(const Pool& pool, int ranks, bool recompute) const {
    const TrainShape shape{.length = static_cast<int>(case_.logits.size()),
                           .recompute = recompute};
    return {weights_.config(), shape, pool, ranks};
  }

  // The gradients of all tensors, one after the other, after the loss.
  std::vector<float> gradients(const Pool& pool, int ranks,
                               bool recompute = false) const {
    SmallTrainer trained = trainer(pool, ranks, recompute);
    begin(trained);
    std::vector<float> all = {static_cast<float>(trained.step())};
    for (const Parameter* parameter : trained.parameters()) {
      all.insert(all.end(), parameter->gradient.data(),
                 parameter->gradient.data() + parameter->gradient.size());
    }
    return all;
  }

  void begin(SmallTrainer& trained) const {
    load(weights_, trained.parameters());
    trained.refresh();
    trained.set_sequences({case_.tokens});
  }

  const FamilyCase case_{GetParam()};
  const Weights weights_ = open_weights(case_.folder, 1, 0);
};

// How far two tensors are apart, relative to the second.
double distance(std::span<const float> ours, std::span<const float> theirs) {
  double error = 0.0;
  double size = 0.0;
  for (size_t i = 0; i < theirs.size(); ++i) {
    const double there = theirs[i];
    error += (ours[i] - there) * (ours[i] - there);
    size += there * there;
  }
  return std::sqrt(error / size);
}

TEST_P(FamilyGradients, AreThoseOfTheTextbook) {
  const Pool pool(1);
  SmallTrainer trained = trainer(pool, 1, false);
  begin(trained);
  EXPECT_NEAR(trained.step(), case_.loss, 1e-5);
  const SafetensorsFile reference(case_.folder / "gradients.safetensors");
  EXPECT_EQ(trained.parameters().size(), reference.tensors().size());
  for (const Parameter* parameter : trained.parameters()) {
    const TensorView& view =
        reference.get(parameter->name, parameter->file_shape());
    std::vector<float> room;
    Tensor expected(reference, view);
    EXPECT_LT(distance(parameter->as_stored(parameter->gradient, room),
                       expected.all()),
              kGradientTolerance)
        << parameter->name;
  }
}

TEST_P(FamilyGradients, HaveTheSameBitsForAllCutsAndThreads) {
  const auto expected = gradients(Pool(1), 1);
  EXPECT_EQ(gradients(Pool(2), 1), expected);
  EXPECT_EQ(gradients(Pool(1), 2), expected);
  EXPECT_EQ(gradients(Pool(1), 1, /*recompute=*/true), expected);
}

INSTANTIATE_TEST_SUITE_P(OfTheReference, FamilyGradients,
                         testing::ValuesIn(family_names(true)),
                         [](const auto& tried) { return tried.param; });

}  // namespace
}  // namespace pi_ring
