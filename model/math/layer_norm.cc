// Vector loops, compiled once for each set of instructions.
#include "model/math/layer_norm.h"

#include <cmath>

// The order matters: the first of these includes this file again for each
// target.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/math/layer_norm.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "model/math/vector_loops-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

Moments MomentsOf(const float* x, float epsilon, size_t n) {
  const float total = sum_terms(n, [&](auto d, size_t i, auto so_far) {
    return hn::Add(hn::LoadU(d, x + i), so_far);
  });
  const float mean = total / static_cast<float>(n);
  const float squares = sum_terms(n, [&](auto d, size_t i, auto so_far) {
    const auto off = hn::Sub(hn::LoadU(d, x + i), hn::Set(d, mean));
    return hn::MulAdd(off, off, so_far);
  });
  return {mean, 1.0F / std::sqrt(squares / static_cast<float>(n) + epsilon)};
}

void LayerNorm(const Moments& moments, const float* x, const float* scale,
               const float* bias, float* y, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto off = hn::Sub(hn::LoadU(d, x + i), hn::Set(d, moments.mean));
    const auto unit = hn::Mul(off, hn::Set(d, moments.inverse));
    hn::StoreU(
        hn::MulAdd(unit, hn::LoadU(d, scale + i), hn::LoadU(d, bias + i)), d,
        y + i);
  });
}

void LayerNormBackward(const Moments& moments, const float* x,
                       const float* gradient, const float* scale, float* dx,
                       float* scale_gradient, float* bias_gradient, size_t n) {
  const auto unit_of = [&](auto d, size_t i) {
    const auto off = hn::Sub(hn::LoadU(d, x + i), hn::Set(d, moments.mean));
    return hn::Mul(off, hn::Set(d, moments.inverse));
  };
  // The gradient of the vector before it is scaled.
  const auto inner_of = [&](auto d, size_t i) {
    return hn::Mul(hn::LoadU(d, gradient + i), hn::LoadU(d, scale + i));
  };
  const float total = sum_terms(n, [&](auto d, size_t i, auto so_far) {
    return hn::Add(inner_of(d, i), so_far);
  });
  const float along = sum_terms(n, [&](auto d, size_t i, auto so_far) {
    return hn::MulAdd(inner_of(d, i), unit_of(d, i), so_far);
  });
  const float mean = total / static_cast<float>(n);
  const float slope = along / static_cast<float>(n);
  for_vectors(n, [&](auto d, size_t i) {
    const auto unit = unit_of(d, i);
    const auto dy = hn::LoadU(d, gradient + i);
    const auto centred = hn::Sub(inner_of(d, i), hn::Set(d, mean));
    const auto change = hn::Sub(centred, hn::Mul(unit, hn::Set(d, slope)));
    hn::StoreU(
        hn::MulAdd(change, hn::Set(d, moments.inverse), hn::LoadU(d, dx + i)),
        d, dx + i);
    hn::StoreU(hn::MulAdd(dy, unit, hn::LoadU(d, scale_gradient + i)), d,
               scale_gradient + i);
    hn::StoreU(hn::Add(dy, hn::LoadU(d, bias_gradient + i)), d,
               bias_gradient + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace pi_ring::simd {

HWY_EXPORT(MomentsOf);
HWY_EXPORT(LayerNorm);
HWY_EXPORT(LayerNormBackward);

Moments moments_of(const float* x, float epsilon, size_t n) {
  return HWY_DYNAMIC_DISPATCH(MomentsOf)(x, epsilon, n);
}

void layer_norm(const Moments& moments, const float* x, const float* scale,
                const float* bias, float* y, size_t n) {
  HWY_DYNAMIC_DISPATCH(LayerNorm)(moments, x, scale, bias, y, n);
}

void layer_norm_backward(const Moments& moments, const float* x,
                         const float* gradient, const float* scale, float* dx,
                         float* scale_gradient, float* bias_gradient,
                         size_t n) {
  HWY_DYNAMIC_DISPATCH(LayerNormBackward)
  (moments, x, gradient, scale, dx, scale_gradient, bias_gradient, n);
}

}  // namespace pi_ring::simd

#endif  // HWY_ONCE
