// Vector loops, compiled once for each set of instructions.
#include "model/math/gelu.h"

// The order matters: the first of these includes this file again for each
// target.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/math/gelu.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>

#include "model/math/vector_loops-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

// gelu(x) = x (1 + tanh u) / 2 = x sigmoid(2 u), u = slope x (1 + cubic x^2)
constexpr float kTwiceSlope = 1.5957691216057308F;  // 2 sqrt(2 / pi)
constexpr float kCubic = 0.044715F;

template <class D>
HWY_INLINE hn::Vec<D> share_of(D d, hn::Vec<D> x) {
  // exp of more has no place in a float; the share is 0 there all the same.
  constexpr float kLargestExponent = 88.0F;
  const auto one = hn::Set(d, 1.0F);
  const auto bent = hn::MulAdd(hn::Mul(x, x), hn::Set(d, kCubic), one);
  const auto twice = hn::Mul(hn::Mul(x, hn::Set(d, kTwiceSlope)), bent);
  const auto exponent = hn::Min(hn::Neg(twice), hn::Set(d, kLargestExponent));
  return hn::Div(one, hn::Add(one, hn::Exp(d, exponent)));
}

// gelu' = share + x share (1 - share) (2 u)'
template <class D>
HWY_INLINE hn::Vec<D> slope_of(D d, hn::Vec<D> x, hn::Vec<D> share) {
  const auto one = hn::Set(d, 1.0F);
  const auto bent = hn::MulAdd(hn::Mul(x, x), hn::Set(d, 3.0F * kCubic), one);
  const auto rise = hn::Mul(bent, hn::Set(d, kTwiceSlope));
  const auto turn = hn::Mul(hn::Mul(x, share), hn::Sub(one, share));
  return hn::MulAdd(turn, rise, share);
}

void Gelu(const float* x, float* y, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto value = hn::LoadU(d, x + i);
    hn::StoreU(hn::Mul(value, share_of(d, value)), d, y + i);
  });
}

void GeluBackward(const float* gradient, float* x, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto value = hn::LoadU(d, x + i);
    const auto slope = slope_of(d, value, share_of(d, value));
    hn::StoreU(hn::Mul(hn::LoadU(d, gradient + i), slope), d, x + i);
  });
}

void Geglu(const float* gate, const float* up, float* y, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto g = hn::LoadU(d, gate + i);
    const auto activated = hn::Mul(g, share_of(d, g));
    hn::StoreU(hn::Mul(activated, hn::LoadU(d, up + i)), d, y + i);
  });
}

void GegluBackward(const float* gradient, float* gate, float* up, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto dy = hn::LoadU(d, gradient + i);
    const auto g = hn::LoadU(d, gate + i);
    const auto u = hn::LoadU(d, up + i);
    const auto share = share_of(d, g);
    hn::StoreU(hn::Mul(dy, hn::Mul(u, slope_of(d, g, share))), d, gate + i);
    hn::StoreU(hn::Mul(dy, hn::Mul(g, share)), d, up + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace pi_ring::simd {

HWY_EXPORT(Gelu);
HWY_EXPORT(GeluBackward);
HWY_EXPORT(Geglu);
HWY_EXPORT(GegluBackward);

void gelu(const float* x, float* y, size_t n) {
  HWY_DYNAMIC_DISPATCH(Gelu)(x, y, n);
}

void gelu_backward(const float* gradient, float* x, size_t n) {
  HWY_DYNAMIC_DISPATCH(GeluBackward)(gradient, x, n);
}

void geglu(const float* gate, const float* up, float* y, size_t n) {
  HWY_DYNAMIC_DISPATCH(Geglu)(gate, up, y, n);
}

void geglu_backward(const float* gradient, float* gate, float* up, size_t n) {
  HWY_DYNAMIC_DISPATCH(GegluBackward)(gradient, gate, up, n);
}

}  // namespace pi_ring::simd

#endif  // HWY_ONCE
