// Which tokens the sampler chooses, and how often.
#include "model/text/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace pi_ring {
namespace {

constexpr int kDraws = 20000;
// Five standard deviations of a share measured over kDraws, at its widest.
constexpr double kDeviation = 0.018;

SamplingOptions options(float temperature, float top_p, int top_k) {
  return {
      .temperature = temperature, .top_p = top_p, .top_k = top_k, .seed = 42};
}

std::vector<double> shares(const SamplingOptions& options,
                           const std::vector<float>& logits) {
  Sampler sampler(options);
  std::vector<double> shares(logits.size());
  for (int i = 0; i < kDraws; ++i) {
    shares[sampler.sample(logits)] += 1.0 / kDraws;
  }
  return shares;
}

// Logits whose softmax gives these probabilities.
std::vector<float> logits_of(const std::vector<double>& probabilities) {
  std::vector<float> logits;
  logits.reserve(probabilities.size());
  for (const double p : probabilities) {
    logits.push_back(static_cast<float>(std::log(p) + 3));
  }
  return logits;
}

void expect_shares(const std::vector<double>& got,
                   const std::vector<double>& expected) {
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(got[i], expected[i], expected[i] == 0 ? 0 : kDeviation) << i;
  }
}

TEST(Sampler, TemperatureZeroTakesTheLowestOfTheLikeliest) {
  Sampler sampler(options(0, 0.9F, 0));
  EXPECT_EQ(sampler.sample(std::vector<float>{1, 3, 2, 3}), 1);
  EXPECT_EQ(sampler.sample(std::vector<float>{-5, -5}), 0);
}

TEST(Sampler, DrawsFollowTheSoftmax) {
  expect_shares(shares(options(1, 1, 0), logits_of({0.5, 0.3, 0.15, 0.05})),
                {0.5, 0.3, 0.15, 0.05});
}

TEST(Sampler, TemperatureFlattensAndSharpens) {
  // Probabilities to the power 1 / temperature, scaled to sum to 1.
  expect_shares(shares(options(0.5F, 1, 0), logits_of({0.6, 0.3, 0.1})),
                {0.36 / 0.46, 0.09 / 0.46, 0.01 / 0.46});
}

TEST(Sampler, TopKKeepsTheKLikeliest) {
  expect_shares(shares(options(1, 1, 2), logits_of({0.1, 0.3, 0.2, 0.4})),
                {0, 3.0 / 7, 0, 4.0 / 7});
}

TEST(Sampler, TopPKeepsTheFewestThatReachIt) {
  expect_shares(shares(options(1, 0.75F, 0), logits_of({0.1, 0.3, 0.2, 0.4})),
                {0, 0.3 / 0.9, 0.2 / 0.9, 0.4 / 0.9});
}

TEST(Sampler, TopKComesBeforeTopP) {
  // Top-k keeps two tokens. The one with 0.4 has 4/7 of them, more than 0.5.
  expect_shares(shares(options(1, 0.5F, 2), logits_of({0.1, 0.3, 0.2, 0.4})),
                {0, 0, 0, 1});
}

TEST(Sampler, TopPZeroTakesTheLikeliestEvenAmongEquals) {
  Sampler sampler(options(1, 0, 0));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(sampler.sample(std::vector<float>(50, 1.5F)), 0);
  }
}

// The cutoff leaves most tokens out of the sort, and must not change the
// nucleus.
TEST(Sampler, TheNucleusIsThatOfAFullSort) {
  std::mt19937 random(4);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> p(30);
    double total = 0;
    for (double& x : p)
      total += x = std::pow(random() % 1000 + 1, 1 + round % 4);
    for (double& x : p) x /= total;
    std::vector<double> sorted = p;
    std::sort(sorted.rbegin(), sorted.rend());
    double least = 1;
    double reached = 0;
    for (const double x : sorted) {
      if (reached >= 0.8) break;
      reached += least = x;
    }
    Sampler sampler(options(1, 0.8F, 0));
    for (int i = 0; i < 500; ++i) {
      EXPECT_GE(p[sampler.sample(logits_of(p))], least * 0.9999);
    }
  }
}

TEST(Sampler, TheSameSeedMakesTheSameChoices) {
  const std::vector<float> logits(100, 0.0F);
  Sampler one({.temperature = 1, .top_p = 1, .seed = 7});
  Sampler two({.temperature = 1, .top_p = 1, .seed = 7});
  Sampler other({.temperature = 1, .top_p = 1, .seed = 8});
  int differences = 0;
  for (int i = 0; i < 100; ++i) {
    const int token = one.sample(logits);
    EXPECT_EQ(two.sample(logits), token);
    differences += other.sample(logits) != token ? 1 : 0;
  }
  EXPECT_GT(differences, 50);
}

TEST(Sampler, TheSequenceOfASeedNeverChanges) {
  Sampler sampler({.temperature = 1, .top_p = 1, .seed = 0});
  const std::vector<float> logits(256, 0.0F);
  std::vector<int> tokens(4);
  for (int& token : tokens) token = sampler.sample(logits);
  // The first bytes of SplitMix64's published outputs for seed 0:
  // e220a8397b1dcdaf 6e789e6aa1b965f4 06c45d188009454f f88bb8a8724c81ec.
  EXPECT_THAT(tokens, testing::ElementsAre(0xE2, 0x6E, 0x06, 0xF8));
}

TEST(Sampler, LogitsFarApartNeitherOverflowNorVanish) {
  Sampler sampler(options(1e-30F, 0.9F, 0));
  EXPECT_EQ(sampler.sample(std::vector<float>{3e38F, -3e38F}), 0);
  EXPECT_EQ(sampler.sample(std::vector<float>{-INFINITY, -3e38F}), 1);
}

TEST(Sampler, ANaNOrAnInfinityIsAnError) {
  for (const float temperature : {0.0F, 1.0F}) {
    Sampler sampler(options(temperature, 0.9F, 0));
    EXPECT_THROW(sampler.sample(std::vector<float>{1, NAN}),
                 std::runtime_error);
    EXPECT_THROW(sampler.sample(std::vector<float>{NAN, 1}),
                 std::runtime_error);
    EXPECT_THROW(sampler.sample(std::vector<float>{1, INFINITY}),
                 std::runtime_error);
  }
}

TEST(Sampler, MinPLeavesOutWhatIsFarBelowTheLikeliest) {
  // Half of 0.4 is the least.
  expect_shares(shares({.temperature = 1, .top_p = 1, .min_p = 0.5F},
                       logits_of({0.1, 0.3, 0.19, 0.4})),
                {0, 3.0 / 7, 0, 4.0 / 7});
}

TEST(Sampler, ThePenaltyMakesWhatWasSeenLessLikely) {
  Sampler sampler({.temperature = 0, .repeat_penalty = 2});
  const std::vector<float> positive = {1, 3, 2};
  const std::vector<float> negative = {-3, -2, -3.5F};
  EXPECT_EQ(sampler.sample(positive), 1);
  sampler.see(1);
  sampler.see(1);  // twice is once
  EXPECT_EQ(sampler.sample(positive), 2);
  EXPECT_EQ(sampler.sample(negative), 0);
}

TEST(Sampler, ThePenaltyForgetsWhatWasSeenLongAgo) {
  Sampler sampler({.temperature = 0, .repeat_penalty = 2});
  const std::vector<float> logits = {1, 3, 2};
  sampler.see(1);
  for (int i = 0; i < 64; ++i) sampler.see(0);
  EXPECT_EQ(sampler.sample(logits), 1);
}

TEST(Sampler, WhatIsExcludedIsNeverChosen) {
  for (const float temperature : {0.0F, 1.0F}) {
    Sampler sampler({.temperature = temperature, .top_p = 1});
    sampler.exclude({1, -1, 99});
    for (int i = 0; i < 200; ++i) {
      EXPECT_NE(sampler.sample(std::vector<float>{1, 9, 2}), 1);
    }
  }
}

TEST(Sampler, OptionsOutOfRangeAreRefused) {
  EXPECT_THROW(Sampler(options(-1, 0.9F, 0)), std::invalid_argument);
  EXPECT_THROW(Sampler(options(NAN, 0.9F, 0)), std::invalid_argument);
  EXPECT_THROW(Sampler(options(1, 1.1F, 0)), std::invalid_argument);
  EXPECT_THROW(Sampler(options(1, 0.9F, -1)), std::invalid_argument);
  EXPECT_THROW(Sampler({.min_p = NAN}), std::invalid_argument);
  EXPECT_THROW(Sampler({.repeat_penalty = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace pi_ring
