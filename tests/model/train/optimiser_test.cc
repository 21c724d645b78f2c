// AdamW, clipping, schedule and the values that training starts from.
#include <gtest/gtest.h>

#include <cmath>

#include "model/train/adamw.h"
#include "model/train/initialize.h"
#include "model/train/schedule.h"
#include "tests/model/folder/small_model.h"

namespace pi_ring {
namespace {

// The formula of the paper, for one value, in double.
struct PlainAdamW {
  double value;
  double first = 0.0;
  double second = 0.0;

  void update(const AdamWOptions& options, double gradient, double rate,
              double decay, int step) {
    const double beta1 = options.beta1;
    const double beta2 = options.beta2;
    first = beta1 * first + (1 - beta1) * gradient;
    second = beta2 * second + (1 - beta2) * gradient * gradient;
    const double m = first / (1 - std::pow(beta1, step));
    const double v = second / (1 - std::pow(beta2, step));
    value -= rate * decay * value;
    value -= rate * m / (std::sqrt(v) + static_cast<double>(options.epsilon));
  }
};

void expect_plain_steps(bool decays, double decay) {
  Buffers buffers;
  Parameter parameter({.name = "w", .shape = {3, 7}, .decays = decays},
                      buffers);
  const AdamWOptions options;
  std::vector<PlainAdamW> plain;
  for (size_t i = 0; i < parameter.value.size(); ++i) {
    parameter.value.data()[i] = 0.1F * static_cast<float>(i + 1);
    plain.push_back({static_cast<double>(parameter.value.data()[i])});
  }
  Parameter* const all[] = {&parameter};
  const Pool pool(2);
  for (int step = 1; step <= 5; ++step) {
    for (size_t i = 0; i < plain.size(); ++i) {
      const double gradient = std::sin(static_cast<double>(i) + step);
      parameter.gradient.data()[i] = static_cast<float>(gradient);
      plain[i].update(options, 0.5 * gradient, 0.01, decay, step);
    }
    AdamW(options).update(pool, all, 0.01F, 0.5F, step);
  }
  for (size_t i = 0; i < plain.size(); ++i) {
    EXPECT_NEAR(parameter.value.data()[i], plain[i].value, 1e-6);
  }
}

TEST(AdamW, FollowsTheFormulaWithDecay) { expect_plain_steps(true, 0.1); }

TEST(AdamW, DoesNotDecayWhatMustNot) { expect_plain_steps(false, 0.0); }

TEST(AdamW, ClipsTheNormOverAllGradients) {
  Buffers buffers;
  Parameter a({.name = "a", .shape = {2}}, buffers);
  Parameter b({.name = "b", .shape = {33}}, buffers);
  a.gradient.data()[0] = 3.0F;
  b.gradient.data()[32] = 4.0F;
  Parameter* const first[] = {&a};
  Parameter* const second[] = {&b};
  const double squares = add_squares(add_squares(0.0, first), second);
  EXPECT_EQ(squares, 25.0);
  EXPECT_FLOAT_EQ(clip_scale(squares, 1.0F), 0.2F);
  EXPECT_EQ(clip_scale(squares, 6.0F), 1.0F);
  EXPECT_EQ(clip_scale(squares, 0.0F), 1.0F);
}

TEST(Schedule, RisesStraightThenFallsAlongTheCosine) {
  const ScheduleOptions options{
      .learning_rate = 1.0F, .minimum = 0.1F, .warmup = 10, .steps = 110};
  EXPECT_FLOAT_EQ(learning_rate(options, 1), 0.1F);
  EXPECT_FLOAT_EQ(learning_rate(options, 5), 0.5F);
  EXPECT_FLOAT_EQ(learning_rate(options, 10), 1.0F);
  EXPECT_FLOAT_EQ(learning_rate(options, 60), 0.55F);
  EXPECT_FLOAT_EQ(learning_rate(options, 110), 0.1F);
}

TEST(Schedule, ConstantStaysUp) {
  const ScheduleOptions options{.kind = ScheduleOptions::Kind::kConstant,
                                .learning_rate = 0.5F,
                                .warmup = 2,
                                .steps = 10};
  EXPECT_FLOAT_EQ(learning_rate(options, 1), 0.25F);
  EXPECT_FLOAT_EQ(learning_rate(options, 10), 0.5F);
}

double deviation_of(const Parameter& parameter) {
  double squares = 0.0;
  for (size_t i = 0; i < parameter.value.size(); ++i) {
    const auto value = static_cast<double>(parameter.value.data()[i]);
    squares += value * value;
  }
  return std::sqrt(squares / static_cast<double>(parameter.value.size()));
}

TEST(Initialize, DrawsMatricesByNameAndStartsNormsNeutral) {
  const ModelConfig config = shape_of("260K");  // of five layers
  Buffers buffers;
  Parameter query(tensor_of(config, Role::kQuery), buffers);
  Parameter down(tensor_of(config, Role::kDown), buffers);
  Parameter norm(tensor_of(config, Role::kLastNorm), buffers);
  for (Parameter* parameter : {&query, &down, &norm}) {
    initialize(config, 5, *parameter);
  }
  EXPECT_NEAR(deviation_of(query), 0.02, 0.001);
  EXPECT_NEAR(deviation_of(down), 0.02 / std::sqrt(10.0), 0.0005);
  EXPECT_EQ(deviation_of(norm), 1.0);
  Parameter again(tensor_of(config, Role::kQuery), buffers);
  initialize(config, 5, again);
  EXPECT_EQ(again.value.data()[100], query.value.data()[100]);
  initialize(config, 6, again);
  EXPECT_NE(again.value.data()[100], query.value.data()[100]);
}

}  // namespace
}  // namespace pi_ring
