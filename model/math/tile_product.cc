// Vector loops, compiled once for each set of instructions.
#include "model/math/tile_product.h"

#include <algorithm>
#include <cmath>

// The order matters: the first of these includes this file again for each
// target.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/math/tile_product.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>

#include "model/math/vector_loops-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

// kRows rows by two vectors of c stay in registers over the whole inner loop.
template <size_t kRows, bool kAdd, bool kTwo, class D>
HWY_INLINE void Corner(D d, size_t inner, const Lattice& a, const float* b,
                       size_t b_stride, float* c, size_t c_stride) {
  const size_t lanes = hn::Lanes(d);
  hn::Vec<D> left[kRows];
  hn::Vec<D> right[kRows];
  for (size_t i = 0; i < kRows; ++i) {
    left[i] = kAdd ? hn::LoadU(d, c + i * c_stride) : hn::Zero(d);
    right[i] =
        kAdd && kTwo ? hn::LoadU(d, c + i * c_stride + lanes) : hn::Zero(d);
  }
  const float* from = a.data;
  for (size_t k = 0; k < inner; ++k, from += a.column, b += b_stride) {
    const auto b0 = hn::LoadU(d, b);
    const auto b1 = kTwo ? hn::LoadU(d, b + lanes) : b0;
    for (size_t i = 0; i < kRows; ++i) {
      const auto factor = hn::Set(d, from[i * a.row]);
      left[i] = hn::MulAdd(factor, b0, left[i]);
      if (kTwo) right[i] = hn::MulAdd(factor, b1, right[i]);
    }
  }
  for (size_t i = 0; i < kRows; ++i) {
    hn::StoreU(left[i], d, c + i * c_stride);
    if (kTwo) hn::StoreU(right[i], d, c + i * c_stride + lanes);
  }
}

template <bool kAdd, bool kTwo, class D>
HWY_INLINE void Column(D d, const TileSize& size, Lattice a, const float* b,
                       size_t b_stride, float* c, size_t c_stride) {
  constexpr size_t kRows = 4;
  size_t i = 0;
  for (; i + kRows <= size.rows; i += kRows) {
    Corner<kRows, kAdd, kTwo>(d, size.inner, a, b, b_stride, c, c_stride);
    a.data += kRows * a.row;
    c += kRows * c_stride;
  }
  for (; i < size.rows; ++i) {
    Corner<1, kAdd, kTwo>(d, size.inner, a, b, b_stride, c, c_stride);
    a.data += a.row;
    c += c_stride;
  }
}

template <bool kAdd>
HWY_INLINE void Tile(const TileSize& size, const Lattice& a, const float* b,
                     size_t b_stride, float* c, size_t c_stride) {
  const hn::ScalableTag<float> wide;
  const hn::CappedTag<float, 8> half;
  const hn::CappedTag<float, 1> single;
  const size_t n = size.columns;
  const size_t pair = 2 * hn::Lanes(wide);
  size_t j = 0;
  for (; j + pair <= n; j += pair) {
    Column<kAdd, true>(wide, size, a, b + j, b_stride, c + j, c_stride);
  }
  for (; j + hn::Lanes(wide) <= n; j += hn::Lanes(wide)) {
    Column<kAdd, false>(wide, size, a, b + j, b_stride, c + j, c_stride);
  }
  for (; j + hn::Lanes(half) <= n; j += hn::Lanes(half)) {
    Column<kAdd, false>(half, size, a, b + j, b_stride, c + j, c_stride);
  }
  for (; j < n; ++j) {
    Column<kAdd, false>(single, size, a, b + j, b_stride, c + j, c_stride);
  }
}

void MultiplyTile(const TileSize& size, const Lattice& a, const float* b,
                  size_t b_stride, float* c, size_t c_stride) {
  Tile<false>(size, a, b, b_stride, c, c_stride);
}

void AddTile(const TileSize& size, const Lattice& a, const float* b,
             size_t b_stride, float* c, size_t c_stride) {
  Tile<true>(size, a, b, b_stride, c, c_stride);
}

// Four by four, by interleaving: rows 0 and 2, 1 and 3, then both results. The
// target for processors without vectors has none of it.
constexpr size_t kTurned = HWY_TARGET == HWY_SCALAR ? 1 : 4;

HWY_INLINE void TransposeSquare(const float* x,
                                [[maybe_unused]] size_t x_stride, float* y,
                                [[maybe_unused]] size_t y_stride) {
#if HWY_TARGET == HWY_SCALAR
  *y = *x;
#else
  const hn::FixedTag<float, 4> d;
  const auto r0 = hn::LoadU(d, x);
  const auto r1 = hn::LoadU(d, x + x_stride);
  const auto r2 = hn::LoadU(d, x + 2 * x_stride);
  const auto r3 = hn::LoadU(d, x + 3 * x_stride);
  const auto even_low = hn::InterleaveLower(d, r0, r2);
  const auto even_high = hn::InterleaveUpper(d, r0, r2);
  const auto odd_low = hn::InterleaveLower(d, r1, r3);
  const auto odd_high = hn::InterleaveUpper(d, r1, r3);
  hn::StoreU(hn::InterleaveLower(d, even_low, odd_low), d, y);
  hn::StoreU(hn::InterleaveUpper(d, even_low, odd_low), d, y + y_stride);
  hn::StoreU(hn::InterleaveLower(d, even_high, odd_high), d, y + 2 * y_stride);
  hn::StoreU(hn::InterleaveUpper(d, even_high, odd_high), d, y + 3 * y_stride);
#endif
}

void Transpose(size_t rows, size_t columns, const float* x, size_t x_stride,
               float* y, size_t y_stride) {
  // As many columns as share a cache line of x.
  constexpr size_t kColumns = 16;
  const size_t whole = rows / kTurned * kTurned;
  for (size_t first = 0; first < columns; first += kColumns) {
    const size_t end = std::min(columns, first + kColumns);
    for (size_t i = 0; i < whole; i += kTurned) {
      size_t j = first;
      for (; j + kTurned <= end; j += kTurned) {
        TransposeSquare(x + i * x_stride + j, x_stride, y + j * y_stride + i,
                        y_stride);
      }
      for (; j < end; ++j) {
        for (size_t k = i; k < i + kTurned; ++k) {
          y[j * y_stride + k] = x[k * x_stride + j];
        }
      }
    }
    for (size_t i = whole; i < rows; ++i) {
      for (size_t j = first; j < end; ++j) {
        y[j * y_stride + i] = x[i * x_stride + j];
      }
    }
  }
}

void Exponentials(float scale, float shift, float* x, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto scaled =
        hn::MulSub(hn::Set(d, scale), hn::LoadU(d, x + i), hn::Set(d, shift));
    hn::StoreU(hn::Exp(d, scaled), d, x + i);
  });
}

HWY_INLINE float Largest(const float* x, size_t n) {
  const hn::ScalableTag<float> wide;
  auto most = hn::Set(wide, x[0]);
  size_t i = 0;
  for (; i + hn::Lanes(wide) <= n; i += hn::Lanes(wide)) {
    most = hn::Max(most, hn::LoadU(wide, x + i));
  }
  float largest = max(wide, most);
  for (; i < n; ++i) largest = std::max(largest, x[i]);
  return largest;
}

// x = exp(scale * x - shift); returns the sum.
HWY_INLINE float SumOfExponentials(float scale, float shift, float* x,
                                   size_t n) {
  return sum_terms(n, [&](auto d, size_t i, auto so_far) {
    const auto scaled =
        hn::MulSub(hn::Set(d, scale), hn::LoadU(d, x + i), hn::Set(d, shift));
    const auto e = hn::Exp(d, scaled);
    hn::StoreU(e, d, x + i);
    return hn::Add(so_far, e);
  });
}

HWY_INLINE void MultiplyBy(float factor, float* x, size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    hn::StoreU(hn::Mul(hn::LoadU(d, x + i), hn::Set(d, factor)), d, x + i);
  });
}

float ScaledSoftmax(float scale, float* x, size_t n) {
  const float largest = scale * Largest(x, n);
  const float total = SumOfExponentials(scale, largest, x, n);
  MultiplyBy(1.0F / total, x, n);
  return largest + std::log(total);
}

float CrossEntropy(float scale, size_t target, float* x, size_t n) {
  const float largest = Largest(x, n);
  const float expected = x[target];
  const float total = SumOfExponentials(1.0F, largest, x, n);
  MultiplyBy(scale / total, x, n);
  x[target] -= scale;
  return largest - expected + std::log(total);
}

void SoftmaxBackward(const float* p, float shift, float scale, float* x,
                     size_t n) {
  for_vectors(n, [&](auto d, size_t i) {
    const auto share = hn::Mul(hn::Set(d, scale), hn::LoadU(d, p + i));
    const auto change = hn::Sub(hn::LoadU(d, x + i), hn::Set(d, shift));
    hn::StoreU(hn::Mul(share, change), d, x + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace pi_ring::simd {

HWY_EXPORT(MultiplyTile);
HWY_EXPORT(AddTile);
HWY_EXPORT(Transpose);
HWY_EXPORT(Exponentials);
HWY_EXPORT(ScaledSoftmax);
HWY_EXPORT(SoftmaxBackward);
HWY_EXPORT(CrossEntropy);

void multiply_tile(const TileSize& size, const Lattice& a, const float* b,
                   size_t b_stride, float* c, size_t c_stride) {
  HWY_DYNAMIC_DISPATCH(MultiplyTile)(size, a, b, b_stride, c, c_stride);
}

void add_tile(const TileSize& size, const Lattice& a, const float* b,
              size_t b_stride, float* c, size_t c_stride) {
  HWY_DYNAMIC_DISPATCH(AddTile)(size, a, b, b_stride, c, c_stride);
}

void transpose(size_t rows, size_t columns, const float* x, size_t x_stride,
               float* y, size_t y_stride) {
  HWY_DYNAMIC_DISPATCH(Transpose)(rows, columns, x, x_stride, y, y_stride);
}

void exponentials(float scale, float shift, float* x, size_t n) {
  HWY_DYNAMIC_DISPATCH(Exponentials)(scale, shift, x, n);
}

float scaled_softmax(float scale, float* x, size_t n) {
  return HWY_DYNAMIC_DISPATCH(ScaledSoftmax)(scale, x, n);
}

void softmax_backward(const float* p, float shift, float scale, float* x,
                      size_t n) {
  HWY_DYNAMIC_DISPATCH(SoftmaxBackward)(p, shift, scale, x, n);
}

float cross_entropy(float scale, size_t target, float* x, size_t n) {
  return HWY_DYNAMIC_DISPATCH(CrossEntropy)(scale, target, x, n);
}

}  // namespace pi_ring::simd

#endif  // HWY_ONCE
