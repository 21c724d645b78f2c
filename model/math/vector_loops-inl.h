// Loops over whole vectors and what is left at the end, which all files of
// vector code use. Included once for each set of instructions, inside of
// Highway's foreach_target. The guard that Highway asks for: it opens again for
// each target.
#if defined(PI_RING_VECTOR_LOOPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PI_RING_VECTOR_LOOPS_INL_H_
#undef PI_RING_VECTOR_LOOPS_INL_H_
#else
#define PI_RING_VECTOR_LOOPS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Calls step(d, i) over [0, n): in whole vectors, then in vectors of four, then
// one by one. Model widths are multiples of four, so the last is rare.
template <class Step>
HWY_INLINE void for_vectors(size_t n, const Step& step) {
  const hn::ScalableTag<float> wide;
  const hn::CappedTag<float, 4> narrow;
  const hn::CappedTag<float, 1> single;
  size_t i = 0;
  for (; i + hn::Lanes(wide) <= n; i += hn::Lanes(wide)) {
    step(wide, i);
  }
  for (; i + hn::Lanes(narrow) <= n; i += hn::Lanes(narrow)) {
    step(narrow, i);
  }
  for (; i < n; ++i) {
    step(single, i);
  }
}

template <class D>
HWY_INLINE float sum(D d, hn::Vec<D> v) {
  return hn::GetLane(hn::SumOfLanes(d, v));
}

template <class D>
HWY_INLINE float max(D d, hn::Vec<D> v) {
  return hn::GetLane(hn::MaxOfLanes(d, v));
}

// Sums term(d, i) over [0, n) in two chains of whole vectors, so that the adds
// of one do not wait for the other's.
template <class Term>
HWY_INLINE float sum_terms(size_t n, const Term& term) {
  const hn::ScalableTag<float> wide;
  const size_t lanes = hn::Lanes(wide);
  auto even = hn::Zero(wide);
  auto odd = hn::Zero(wide);
  size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    even = term(wide, i, even);
    odd = term(wide, i + lanes, odd);
  }
  float total = sum(wide, hn::Add(even, odd));
  for_vectors(n - i, [&](auto d, size_t j) {
    total += sum(d, term(d, i + j, hn::Zero(d)));
  });
  return total;
}

HWY_INLINE float dot(const float* a, const float* b, size_t n) {
  return sum_terms(n, [&](auto d, size_t i, auto total) {
    return hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), total);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#endif  // the guard
