// Vector loops, compiled once for each set of instructions.
#include "model/math/simd.h"

// The order matters: the first of these includes this file again for each
// target.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/math/simd.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>

#include "model/math/vector_loops-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

float SumOfSquares(const float* x, size_t n) { return dot(x, x, n); }

void ScaleBy(float scale, const float* x, const float* weights, float* y,
             size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto scaled = hn::Mul(hn::Set(d, scale), hn::LoadU(d, x + i));
    hn::StoreU(hn::Mul(scaled, hn::LoadU(d, weights + i)), d, y + i);
  });
}

void Add(const float* x, float* y, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    hn::StoreU(hn::Add(hn::LoadU(d, y + i), hn::LoadU(d, x + i)), d, y + i);
  });
}

void Rotate(const float* cosines, const float* sines, float* a, float* b,
            size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto c = hn::LoadU(d, cosines + i);
    const auto s = hn::LoadU(d, sines + i);
    const auto x = hn::LoadU(d, a + i);
    const auto y = hn::LoadU(d, b + i);
    hn::StoreU(hn::Sub(hn::Mul(x, c), hn::Mul(y, s)), d, a + i);
    hn::StoreU(hn::Add(hn::Mul(y, c), hn::Mul(x, s)), d, b + i);
  });
}

void Swiglu(const float* gate, const float* up, float* y, size_t n) {
  // exp of more has no place in a float; silu is 0 there all the same.
  constexpr float kLargestExponent = 88.0F;
  for_vectors(n, [&](auto d, size_t i) {
    const auto g = hn::LoadU(d, gate + i);
    const auto exponent = hn::Min(hn::Neg(g), hn::Set(d, kLargestExponent));
    const auto silu =
        hn::Div(g, hn::Add(hn::Set(d, 1.0F), hn::Exp(d, exponent)));
    hn::StoreU(hn::Mul(silu, hn::LoadU(d, up + i)), d, y + i);
  });
}

void Softmax(float* x, size_t n) {
  float largest = x[0];
  for_vectors(n, [&](auto d, size_t i) {
    const float here = max(d, hn::LoadU(d, x + i));
    largest = here > largest ? here : largest;
  });
  float total = 0.0F;
  for_vectors(n, [&](auto d, size_t i) {
    const auto shifted = hn::Sub(hn::LoadU(d, x + i), hn::Set(d, largest));
    const auto e = hn::Exp(d, shifted);
    hn::StoreU(e, d, x + i);
    total += sum(d, e);
  });
  const float inverse = 1.0F / total;
  for_vectors(n, [&](auto d, size_t i) {
    hn::StoreU(hn::Mul(hn::LoadU(d, x + i), hn::Set(d, inverse)), d, x + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace pi_ring::simd {

HWY_EXPORT(SumOfSquares);
HWY_EXPORT(ScaleBy);
HWY_EXPORT(Add);
HWY_EXPORT(Rotate);
HWY_EXPORT(Swiglu);
HWY_EXPORT(Softmax);

float sum_of_squares(const float* x, size_t n) {
  return HWY_DYNAMIC_DISPATCH(SumOfSquares)(x, n);
}

void scale_by(float scale, const float* x, const float* weights, float* y,
              size_t n) {
  HWY_DYNAMIC_DISPATCH(ScaleBy)(scale, x, weights, y, n);
}

void add(const float* x, float* y, size_t n) {
  HWY_DYNAMIC_DISPATCH(Add)(x, y, n);
}

void rotate(const float* cosines, const float* sines, float* a, float* b,
            size_t n) {
  HWY_DYNAMIC_DISPATCH(Rotate)(cosines, sines, a, b, n);
}

void swiglu(const float* gate, const float* up, float* y, size_t n) {
  HWY_DYNAMIC_DISPATCH(Swiglu)(gate, up, y, n);
}

void softmax(float* x, size_t n) { HWY_DYNAMIC_DISPATCH(Softmax)(x, n); }

}  // namespace pi_ring::simd

#endif  // HWY_ONCE
