// Row by row products, compiled once for each set of instructions.
#include "model/math/row_product.h"

#include <cstring>

#include "model/tensor/block_format.h"
#include "model/tensor/blocks.h"
#include "model/tensor/tensor_file.h"

// The order matters: the first of these includes this file again for each
// target.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/math/row_product.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "model/math/block_formats-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE const std::byte* row_of(const WeightRows& weights, size_t row,
                                   size_t bytes) {
  const auto paired = static_cast<int64_t>(weights.paired_rows);
  const auto at = static_cast<int64_t>(row);
  return weights.data +
         static_cast<size_t>(paired == 0 ? at : paired_row(at, paired)) * bytes;
}

#if HWY_TARGET == HWY_SCALAR

// For processors without vectors: each block becomes numbers first.
void MultiplyRows(const WeightRows& weights, size_t first, size_t count,
                  const InputRows& x, float* y, size_t y_stride) {
  const BlockSize block = block_of(weights.type);
  const size_t bytes = bytes_of(weights.type, weights.inputs);
  float values[kLargeBlock];
  for (size_t i = 0; i < count; ++i) {
    for (size_t row = 0; row < x.rows; ++row) y[row * y_stride + i] = 0.0F;
    const std::byte* from = row_of(weights, first + i, bytes);
    for (size_t at = 0; at < weights.inputs; at += block.values) {
      read_values(weights.type, {from, block.bytes}, {values, block.values});
      from += block.bytes;
      for (size_t row = 0; row < x.rows; ++row) {
        const float* inputs = x.x + row * x.inputs + at;
        float& total = y[row * y_stride + i];
        for (size_t j = 0; j < block.values; ++j)
          total += values[j] * inputs[j];
      }
    }
  }
}

#else

// No wider than half a small block, which may have a scale of its own.
constexpr hn::CappedTag<int16_t, kHalfBlock> kNumbers16;
constexpr hn::RepartitionToWide<decltype(kNumbers16)> kNumbers32;
constexpr hn::Rebind<float, decltype(kNumbers32)> kFloats;
using Numbers32 = hn::Vec<decltype(kNumbers32)>;
using Floats = hn::Vec<decltype(kFloats)>;

// Adds the products of 16 numbers, whole numbers without rounding, to `total`.
template <class D>
HWY_INLINE Numbers32 add_products(D d, Numbers8 weights, const int16_t* x,
                                  Numbers32 total) {
  Numbers32 more = hn::Zero(kNumbers32);
  if constexpr (hn::MaxLanes(d) == kHalfBlock) {
    total = hn::ReorderWidenMulAccumulate(kNumbers32, hn::PromoteTo(d, weights),
                                          hn::LoadU(d, x), total, more);
  } else {
    const hn::Half<decltype(kNumbers8)> half;
    total = hn::ReorderWidenMulAccumulate(
        kNumbers32, hn::PromoteTo(d, hn::LowerHalf(half, weights)),
        hn::LoadU(d, x), total, more);
    total = hn::ReorderWidenMulAccumulate(
        kNumbers32, hn::PromoteTo(d, hn::UpperHalf(half, weights)),
        hn::LoadU(d, x + kHalfBlock / 2), total, more);
  }
  return hn::Add(total, more);
}

HWY_INLINE Floats add_scaled(Numbers32 numbers, float scale, Floats total) {
  return hn::MulAdd(hn::ConvertTo(kFloats, numbers), hn::Set(kFloats, scale),
                    total);
}

// The products of one row of weights with kRows rows of x.
template <class Format, size_t kRows>
HWY_INLINE void multiply_blocks(const std::byte* row, const InputRows& x,
                                size_t first, float* y, size_t y_stride) {
  const auto* block = reinterpret_cast<const typename Format::Block*>(row);
  const size_t smalls = x.inputs / kSmallBlock;
  Floats totals[kRows];
  Floats offset_totals[kRows];
  for (size_t i = 0; i < kRows; ++i) {
    totals[i] = offset_totals[i] = hn::Zero(kFloats);
  }
  for (size_t at = 0; at < smalls; at += Format::kSmall, ++block) {
    float scales[2 * kParts];
    float offsets[kParts];
    Format::scales(*block, scales, offsets);
    for (size_t part = 0; part < Format::kSmall; ++part) {
      const TwoHalves weights = Format::numbers(*block, part);
      for (size_t i = 0; i < kRows; ++i) {
        const size_t small = (first + i) * smalls + at + part;
        const int16_t* rounded = x.rounded + small * kSmallBlock;
        const float scale = x.scales[small];
        const Numbers32 low = add_products(kNumbers16, weights.low, rounded,
                                           hn::Zero(kNumbers32));
        if constexpr (Format::kScalesHalves) {
          const Numbers32 high =
              add_products(kNumbers16, weights.high, rounded + kHalfBlock,
                           hn::Zero(kNumbers32));
          totals[i] = add_scaled(low, scale * scales[2 * part], totals[i]);
          totals[i] = add_scaled(high, scale * scales[2 * part + 1], totals[i]);
        } else {
          const Numbers32 both =
              add_products(kNumbers16, weights.high, rounded + kHalfBlock, low);
          totals[i] = add_scaled(both, scale * scales[part], totals[i]);
        }
        if constexpr (Format::kHasOffset) {
          offset_totals[i] =
              hn::MulAdd(hn::Set(kFloats, offsets[part]),
                         hn::Set(kFloats, x.sums[small]), offset_totals[i]);
        }
      }
    }
  }
  for (size_t i = 0; i < kRows; ++i) {
    y[(first + i) * y_stride] =
        hn::GetLane(hn::SumOfLanes(kFloats, totals[i])) +
        hn::GetLane(offset_totals[i]);
  }
}

constexpr size_t kRowsAtOnce = 4;  // of x

template <class Format>
void multiply_block_rows(const WeightRows& weights, size_t first, size_t count,
                         const InputRows& x, float* y, size_t y_stride) {
  const size_t bytes = bytes_of(weights.type, weights.inputs);
  size_t done = 0;
  for (; done + kRowsAtOnce <= x.rows; done += kRowsAtOnce) {
    for (size_t i = 0; i < count; ++i) {
      multiply_blocks<Format, kRowsAtOnce>(row_of(weights, first + i, bytes), x,
                                           done, y + i, y_stride);
    }
  }
  for (; done < x.rows; ++done) {
    for (size_t i = 0; i < count; ++i) {
      multiply_blocks<Format, 1>(row_of(weights, first + i, bytes), x, done,
                                 y + i, y_stride);
    }
  }
}

// How numbers are read: the next of them as a vector of floats.
struct LoadF32 {
  using Stored = float;
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const Stored* from) {
    return hn::LoadU(d, from);
  }
};

struct LoadF16 {
  using Stored = hwy::float16_t;
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const Stored* from) {
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<Stored, D>(), from));
  }
};

struct LoadBF16 {
  using Stored = hwy::bfloat16_t;
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const Stored* from) {
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<Stored, D>(), from));
  }
};

// The last numbers of a row, which are less than a vector, with zeros.
template <class Load, class D>
HWY_INLINE hn::Vec<D> load_rest(D d, const typename Load::Stored* from,
                                size_t count) {
  HWY_ALIGN typename Load::Stored padded[hn::MaxLanes(d)];
  std::memset(padded, 0, sizeof padded);
  std::memcpy(padded, from, count * sizeof *from);
  return Load::load(d, padded);
}

// The products of kOutputs rows of weights with kRows rows of x.
template <class Load, size_t kOutputs, size_t kRows>
HWY_INLINE void multiply_numbers(const std::byte* const* rows,
                                 const InputRows& x, size_t first, float* y,
                                 size_t y_stride) {
  const hn::ScalableTag<float> d;
  hn::Vec<decltype(d)> totals[kOutputs][kRows];
  for (auto& row : totals) {
    for (auto& total : row) total = hn::Zero(d);
  }
  const auto step = [&](const auto& weights, const auto& inputs) {
    hn::Vec<decltype(d)> w[kOutputs];
    for (size_t o = 0; o < kOutputs; ++o) w[o] = weights(o);
    for (size_t i = 0; i < kRows; ++i) {
      const auto v = inputs(i);
      for (size_t o = 0; o < kOutputs; ++o) {
        totals[o][i] = hn::MulAdd(w[o], v, totals[o][i]);
      }
    }
  };
  const auto stored = [&](size_t o) {
    return reinterpret_cast<const typename Load::Stored*>(rows[o]);
  };
  const float* from = x.x + first * x.inputs;
  size_t at = 0;
  for (; at + hn::Lanes(d) <= x.inputs; at += hn::Lanes(d)) {
    step([&](size_t o) { return Load::load(d, stored(o) + at); },
         [&](size_t i) { return hn::LoadU(d, from + i * x.inputs + at); });
  }
  if (const size_t rest = x.inputs - at; rest > 0) {
    step([&](size_t o) { return load_rest<Load>(d, stored(o) + at, rest); },
         [&](size_t i) {
           return load_rest<LoadF32>(d, from + i * x.inputs + at, rest);
         });
  }
  for (size_t o = 0; o < kOutputs; ++o) {
    for (size_t i = 0; i < kRows; ++i) {
      y[(first + i) * y_stride + o] =
          hn::GetLane(hn::SumOfLanes(d, totals[o][i]));
    }
  }
}

constexpr size_t kFewOutputs = 2;   // beside several rows of x
constexpr size_t kManyOutputs = 4;  // beside one

template <class Load, size_t kOutputs, size_t kRows>
HWY_INLINE void multiply_outputs(const WeightRows& weights, size_t first,
                                 size_t count, const InputRows& x, size_t done,
                                 float* y, size_t y_stride) {
  const size_t bytes = bytes_of(weights.type, weights.inputs);
  const std::byte* rows[kOutputs];
  size_t i = 0;
  for (; i + kOutputs <= count; i += kOutputs) {
    for (size_t o = 0; o < kOutputs; ++o) {
      rows[o] = row_of(weights, first + i + o, bytes);
    }
    multiply_numbers<Load, kOutputs, kRows>(rows, x, done, y + i, y_stride);
  }
  for (; i < count; ++i) {
    rows[0] = row_of(weights, first + i, bytes);
    multiply_numbers<Load, 1, kRows>(rows, x, done, y + i, y_stride);
  }
}

template <class Load>
void multiply_number_rows(const WeightRows& weights, size_t first, size_t count,
                          const InputRows& x, float* y, size_t y_stride) {
  size_t done = 0;
  for (; done + kRowsAtOnce <= x.rows; done += kRowsAtOnce) {
    multiply_outputs<Load, kFewOutputs, kRowsAtOnce>(weights, first, count, x,
                                                     done, y, y_stride);
  }
  for (; done < x.rows; ++done) {
    multiply_outputs<Load, kManyOutputs, 1>(weights, first, count, x, done, y,
                                            y_stride);
  }
}

void MultiplyRows(const WeightRows& weights, size_t first, size_t count,
                  const InputRows& x, float* y, size_t y_stride) {
  const auto with = [&](const auto& multiply) {
    multiply(weights, first, count, x, y, y_stride);
  };
  switch (weights.type) {
    case DType::F32:
      return with(multiply_number_rows<LoadF32>);
    case DType::F16:
      return with(multiply_number_rows<LoadF16>);
    case DType::BF16:
      return with(multiply_number_rows<LoadBF16>);
    case DType::Q4_0:
      return with(multiply_block_rows<FormatQ4_0>);
    case DType::Q4_1:
      return with(multiply_block_rows<FormatQ4_1>);
    case DType::Q5_0:
      return with(multiply_block_rows<FormatQ5_0>);
    case DType::Q5_1:
      return with(multiply_block_rows<FormatQ5_1>);
    case DType::Q8_0:
      return with(multiply_block_rows<FormatQ8_0>);
    case DType::Q4_K:
      return with(multiply_block_rows<FormatQ4_K>);
    case DType::Q5_K:
      return with(multiply_block_rows<FormatQ5_K>);
    case DType::Q6_K:
      return with(multiply_block_rows<FormatQ6_K>);
    default:
      return;  // Linear takes no other
  }
}

#endif  // HWY_SCALAR

void RoundInputs(size_t inputs, const float* x, int16_t* rounded, float* scales,
                 float* sums) {
  constexpr float kMost = 127.0F;
  const hn::CappedTag<float, kHalfBlock> d;
  const hn::Rebind<int32_t, decltype(d)> whole;
  const hn::Rebind<int16_t, decltype(d)> narrow;
  const size_t lanes = hn::Lanes(d);
  for (size_t at = 0; at < inputs; at += kSmallBlock) {
    auto most = hn::Zero(d);
    for (size_t i = 0; i < kSmallBlock; i += lanes) {
      most = hn::Max(most, hn::Abs(hn::LoadU(d, x + at + i)));
    }
    const float largest = hn::GetLane(hn::MaxOfLanes(d, most));
    const float factor = largest > 0.0F ? kMost / largest : 0.0F;
    auto total = hn::Zero(whole);
    for (size_t i = 0; i < kSmallBlock; i += lanes) {
      const auto scaled = hn::Mul(hn::LoadU(d, x + at + i), hn::Set(d, factor));
      const auto number = hn::NearestInt(scaled);
      hn::StoreU(hn::DemoteTo(narrow, number), narrow, rounded + at + i);
      total = hn::Add(total, number);
    }
    const size_t block = at / kSmallBlock;
    scales[block] = largest / kMost;
    sums[block] = scales[block] *
                  static_cast<float>(hn::GetLane(hn::SumOfLanes(whole, total)));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace pi_ring::simd {

HWY_EXPORT(MultiplyRows);
HWY_EXPORT(RoundInputs);

void multiply_rows(const WeightRows& weights, size_t first, size_t count,
                   const InputRows& x, float* y, size_t y_stride) {
  HWY_DYNAMIC_DISPATCH(MultiplyRows)(weights, first, count, x, y, y_stride);
}

void round_inputs(size_t inputs, const float* x, int16_t* rounded,
                  float* scales, float* sums) {
  HWY_DYNAMIC_DISPATCH(RoundInputs)(inputs, x, rounded, scales, sums);
}

}  // namespace pi_ring::simd

#endif  // HWY_ONCE
