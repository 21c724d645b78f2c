// Every vector loop against the plain one, at lengths with every kind of tail.
#include "model/math/simd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace pi_ring {
namespace {

constexpr size_t kLongest = 70;
constexpr float kTolerance = 1e-5F;

std::vector<float> random_floats(size_t n, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> floats(n);
  for (float& value : floats) {
    value = normal(generator);
  }
  return floats;
}

// Runs its body at every length; a process a length would take far longer than
// the loops do.
class SimdTest : public testing::Test {
 protected:
  template <typename Body>
  void at_every_length(const Body& body) {
    for (n_ = 1; n_ < kLongest; ++n_) {
      a_ = random_floats(n_, 1);
      b_ = random_floats(n_, 2);
      y_ = random_floats(n_, 3);
      body();
    }
  }

  size_t n_ = 0;
  std::vector<float> a_;
  std::vector<float> b_;
  std::vector<float> y_;

  // Holds y to what `plain` makes of each index.
  template <typename Plain>
  void expect(const std::vector<float>& y, const Plain& plain) const {
    for (size_t i = 0; i < n_; ++i) {
      EXPECT_NEAR(y[i], plain(i), kTolerance) << "at " << i << " of " << n_;
    }
  }
};

TEST_F(SimdTest, SumOfSquares) {
  at_every_length([&] {
    const float plain =
        std::inner_product(a_.begin(), a_.end(), a_.begin(), 0.0F);
    EXPECT_NEAR(simd::sum_of_squares(a_.data(), n_), plain,
                kTolerance * static_cast<float>(n_));
  });
}

TEST_F(SimdTest, ScaleBy) {
  at_every_length([&] {
    simd::scale_by(0.5F, a_.data(), b_.data(), y_.data(), n_);
    expect(y_, [&](size_t i) { return 0.5F * a_[i] * b_[i]; });
  });
}

TEST_F(SimdTest, Add) {
  at_every_length([&] {
    const std::vector<float> before = y_;
    simd::add(a_.data(), y_.data(), n_);
    expect(y_, [&](size_t i) { return before[i] + a_[i]; });
  });
}

TEST_F(SimdTest, RotateKeepsThePairsLength) {
  at_every_length([&] {
    std::vector<float> cosines(n_);
    std::vector<float> sines(n_);
    for (size_t i = 0; i < n_; ++i) {
      cosines[i] = std::cos(y_[i]);
      sines[i] = std::sin(y_[i]);
    }
    std::vector<float> a = a_;
    std::vector<float> b = b_;
    simd::rotate(cosines.data(), sines.data(), a.data(), b.data(), n_);
    expect(a, [&](size_t i) { return a_[i] * cosines[i] - b_[i] * sines[i]; });
    expect(b, [&](size_t i) { return b_[i] * cosines[i] + a_[i] * sines[i]; });
  });
}

TEST_F(SimdTest, Swiglu) {
  at_every_length([&] {
    simd::swiglu(a_.data(), b_.data(), y_.data(), n_);
    expect(y_,
           [&](size_t i) { return a_[i] / (1.0F + std::exp(-a_[i])) * b_[i]; });
  });
}

TEST_F(SimdTest, SwigluOfLargeGatesIsFinite) {
  at_every_length([&] {
    std::ranges::fill(a_, -1000.0F);
    simd::swiglu(a_.data(), b_.data(), y_.data(), n_);
    expect(y_, [](size_t) { return 0.0F; });
    std::ranges::fill(a_, 1000.0F);
    simd::swiglu(a_.data(), b_.data(), y_.data(), n_);
    for (size_t i = 0; i < n_; ++i) {
      EXPECT_FLOAT_EQ(y_[i], 1000.0F * b_[i]);
    }
  });
}

TEST_F(SimdTest, SoftmaxOfLargeValuesSumsToOne) {
  at_every_length([&] {
    std::vector<float> x = a_;
    for (float& value : x) {
      value += 500.0F;
    }
    simd::softmax(x.data(), n_);
    double total = 0.0;
    for (const float value : a_) {
      total += std::exp(static_cast<double>(value));
    }
    // 500 leaves few bits for what is added to it.
    for (size_t i = 0; i < n_; ++i) {
      EXPECT_NEAR(x[i], std::exp(static_cast<double>(a_[i])) / total, 1e-4);
    }
  });
}

}  // namespace
}  // namespace pi_ring
