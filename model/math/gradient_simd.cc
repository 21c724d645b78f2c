// Vector loops, compiled once for each set of instructions.
#include "model/math/gradient_simd.h"

#include "model/math/float_buffer.h"

// The order matters: the first of these includes this file again for each
// target.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/math/gradient_simd.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>

#include "model/math/vector_loops-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

double ExactSumOfSquares(const float* x, size_t n) {
  const hn::ScalableTag<double> wide;
  const hn::Rebind<float, decltype(wide)> half;
  const size_t lanes = hn::Lanes(wide);
  auto even = hn::Zero(wide);
  auto odd = hn::Zero(wide);
  size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto a = hn::PromoteTo(wide, hn::LoadU(half, x + i));
    const auto b = hn::PromoteTo(wide, hn::LoadU(half, x + i + lanes));
    even = hn::MulAdd(a, a, even);
    odd = hn::MulAdd(b, b, odd);
  }
  double total = hn::GetLane(hn::SumOfLanes(wide, hn::Add(even, odd)));
  for (; i < n; ++i) {
    total += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  }
  return total;
}

void SwigluBackward(const float* gradient, float* gate, float* up, size_t n) {
  // exp of more has no place in a float; silu is 0 there all the same.
  constexpr float kLargestExponent = 88.0F;
  for_vectors(n, [&](auto d, size_t i) {
    const auto one = hn::Set(d, 1.0F);
    const auto dy = hn::LoadU(d, gradient + i);
    const auto g = hn::LoadU(d, gate + i);
    const auto u = hn::LoadU(d, up + i);
    const auto exponent = hn::Min(hn::Neg(g), hn::Set(d, kLargestExponent));
    const auto sigmoid = hn::Div(one, hn::Add(one, hn::Exp(d, exponent)));
    // silu' = sigmoid * (1 + g * (1 - sigmoid))
    const auto slope =
        hn::Mul(sigmoid, hn::MulAdd(g, hn::Sub(one, sigmoid), one));
    hn::StoreU(hn::Mul(dy, hn::Mul(u, slope)), d, gate + i);
    hn::StoreU(hn::Mul(dy, hn::Mul(g, sigmoid)), d, up + i);
  });
}

float Dot(const float* a, const float* b, size_t n) { return dot(a, b, n); }

float TripleDot(const float* a, const float* b, const float* c, size_t n) {
  return sum_terms(n, [&](auto d, size_t i, auto total) {
    const auto product = hn::Mul(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
    return hn::MulAdd(product, hn::LoadU(d, c + i), total);
  });
}

void NormBackward(const float* gradient, const float* scale, const float* input,
                  float root, float factor, float* x, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto dy =
        hn::Mul(hn::LoadU(d, gradient + i), hn::LoadU(d, scale + i));
    const auto along = hn::Mul(hn::Set(d, factor), hn::LoadU(d, input + i));
    hn::StoreU(
        hn::MulAdd(hn::Set(d, root), hn::Sub(dy, along), hn::LoadU(d, x + i)),
        d, x + i);
  });
}

void AddProducts(float scale, const float* a, const float* b, float* y,
                 size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto scaled = hn::Mul(hn::Set(d, scale), hn::LoadU(d, a + i));
    hn::StoreU(hn::MulAdd(scaled, hn::LoadU(d, b + i), hn::LoadU(d, y + i)), d,
               y + i);
  });
}

void AddRows(int rows, int columns, const float* x, size_t x_stride, float* y,
             size_t y_stride) {
  for (int row = 0; row < rows; ++row, x += x_stride, y += y_stride) {
    for_vectors(floats(columns), [&](auto d, size_t i) {
      hn::StoreU(hn::Add(hn::LoadU(d, y + i), hn::LoadU(d, x + i)), d, y + i);
    });
  }
}

void Adam(const AdamStep& step, const float* gradient, float* first,
          float* second, float* value, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto g =
        hn::Mul(hn::Set(d, step.gradient_scale), hn::LoadU(d, gradient + i));
    const auto m0 = hn::LoadU(d, first + i);
    const auto v0 = hn::LoadU(d, second + i);
    const auto m =
        hn::MulAdd(hn::Set(d, 1.0F - step.beta1), hn::Sub(g, m0), m0);
    const auto v = hn::MulAdd(hn::Set(d, 1.0F - step.beta2),
                              hn::Sub(hn::Mul(g, g), v0), v0);
    hn::StoreU(m, d, first + i);
    hn::StoreU(v, d, second + i);
    const auto root = hn::MulAdd(hn::Sqrt(v), hn::Set(d, step.root),
                                 hn::Set(d, step.epsilon));
    const auto change = hn::Div(hn::Mul(hn::Set(d, step.rate), m), root);
    const auto kept = hn::Mul(hn::Set(d, step.keep), hn::LoadU(d, value + i));
    hn::StoreU(hn::Sub(kept, change), d, value + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace pi_ring::simd {

HWY_EXPORT(ExactSumOfSquares);
HWY_EXPORT(SwigluBackward);
HWY_EXPORT(Dot);
HWY_EXPORT(TripleDot);
HWY_EXPORT(NormBackward);
HWY_EXPORT(AddProducts);
HWY_EXPORT(AddRows);
HWY_EXPORT(Adam);

double exact_sum_of_squares(const float* x, size_t n) {
  return HWY_DYNAMIC_DISPATCH(ExactSumOfSquares)(x, n);
}

void swiglu_backward(const float* gradient, float* gate, float* up, size_t n) {
  HWY_DYNAMIC_DISPATCH(SwigluBackward)(gradient, gate, up, n);
}

float dot(const float* a, const float* b, size_t n) {
  return HWY_DYNAMIC_DISPATCH(Dot)(a, b, n);
}

float triple_dot(const float* a, const float* b, const float* c, size_t n) {
  return HWY_DYNAMIC_DISPATCH(TripleDot)(a, b, c, n);
}

void norm_backward(const float* gradient, const float* scale,
                   const float* input, float root, float factor, float* x,
                   size_t n) {
  HWY_DYNAMIC_DISPATCH(NormBackward)
  (gradient, scale, input, root, factor, x, n);
}

void add_products(float scale, const float* a, const float* b, float* y,
                  size_t n) {
  HWY_DYNAMIC_DISPATCH(AddProducts)(scale, a, b, y, n);
}

void add_rows(int rows, int columns, const float* x, size_t x_stride, float* y,
              size_t y_stride) {
  HWY_DYNAMIC_DISPATCH(AddRows)(rows, columns, x, x_stride, y, y_stride);
}

void adam(const AdamStep& step, const float* gradient, float* first,
          float* second, float* value, size_t n) {
  HWY_DYNAMIC_DISPATCH(Adam)(step, gradient, first, second, value, n);
}

}  // namespace pi_ring::simd

#endif  // HWY_ONCE
