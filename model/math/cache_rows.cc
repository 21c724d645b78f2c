// Products with rows of a cache, compiled once for each set of instructions.
#include "model/math/cache_rows.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "model/tensor/block_format.h"

// The order matters: the first of these includes this file again for each
// target.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/math/cache_rows.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "model/math/vector_loops-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

// A vector of a block's numbers: at most half a block, so that it has one
// scale.
constexpr hn::CappedTag<float, kHalfBlock> kOfBlock;
constexpr size_t kMostVectors = kSmallBlock;  // where a vector is one number

template <class D>
HWY_INLINE hn::Vec<D> load_halves(D d, const std::byte* row, size_t i) {
  const hn::Rebind<hwy::float16_t, D> halves;
  const auto* from = reinterpret_cast<const hwy::float16_t*>(row) + i;
  return hn::PromoteTo(d, hn::LoadU(halves, from));
}

// Numbers `at` and on of a block, without its scale.
HWY_INLINE auto load_steps(const BlockQ8_0& block, size_t at) {
  const hn::Rebind<int32_t, decltype(kOfBlock)> whole;
  const hn::Rebind<int8_t, decltype(kOfBlock)> bytes;
  const auto* from = reinterpret_cast<const int8_t*>(block.values.data()) + at;
  return hn::ConvertTo(kOfBlock, hn::PromoteTo(whole, hn::LoadU(bytes, from)));
}

HWY_INLINE float dot_halves(const float* query, const std::byte* row,
                            size_t width) {
  return sum_terms(width, [&](auto d, size_t i, auto total) {
    return hn::MulAdd(hn::LoadU(d, query + i), load_halves(d, row, i), total);
  });
}

HWY_INLINE float dot_blocks(const float* query, const std::byte* row,
                            size_t width) {
  const auto* block = reinterpret_cast<const BlockQ8_0*>(row);
  auto total = hn::Zero(kOfBlock);
  for (size_t i = 0; i < width; i += kSmallBlock, ++block) {
    auto steps = hn::Zero(kOfBlock);
    for (size_t at = 0; at < kSmallBlock; at += hn::Lanes(kOfBlock)) {
      steps = hn::MulAdd(hn::LoadU(kOfBlock, query + i + at),
                         load_steps(*block, at), steps);
    }
    total = hn::MulAdd(hn::Set(kOfBlock, value_of(block->scale)), steps, total);
  }
  return sum(kOfBlock, total);
}

template <class Dot>
HWY_INLINE void each_dot(const CacheRows& rows, float scale, float* scores,
                         const Dot& dot_with) {
  const size_t bytes = bytes_of(rows.type, rows.width);
  for (size_t i = 0; i < rows.count; ++i) {
    scores[i] = scale * dot_with(rows.data + i * bytes);
  }
}

void Dots(const float* query, const CacheRows& rows, float scale,
          float* scores) {
  const size_t width = rows.width;
  if (rows.type == DType::F32) {
    each_dot(rows, scale, scores, [&](const std::byte* row) {
      return dot(query, reinterpret_cast<const float*>(row), width);
    });
  } else if (rows.type == DType::F16) {
    each_dot(rows, scale, scores, [&](const std::byte* row) {
      return dot_halves(query, row, width);
    });
  } else {
    each_dot(rows, scale, scores, [&](const std::byte* row) {
      return dot_blocks(query, row, width);
    });
  }
}

// Each vector of y stays in a register over all rows.
template <class Load>
HWY_INLINE void add_rows(const float* weights, const CacheRows& rows, float* y,
                         const Load& load) {
  const size_t bytes = bytes_of(rows.type, rows.width);
  for_vectors(rows.width, [&](auto d, size_t i) {
    auto total = hn::LoadU(d, y + i);
    for (size_t row = 0; row < rows.count; ++row) {
      total = hn::MulAdd(hn::Set(d, weights[row]),
                         load(d, rows.data + row * bytes, i), total);
    }
    hn::StoreU(total, d, y + i);
  });
}

// One block's columns of all rows at once, so that a scale is read once.
HWY_INLINE void add_blocks(const float* weights, const CacheRows& rows,
                           float* y) {
  const size_t lanes = hn::Lanes(kOfBlock);
  const size_t bytes = bytes_of(rows.type, rows.width);
  for (size_t i = 0; i < rows.width; i += kSmallBlock, y += kSmallBlock) {
    const std::byte* from = rows.data + i / kSmallBlock * sizeof(BlockQ8_0);
    hn::Vec<decltype(kOfBlock)> totals[kMostVectors];
    for (size_t v = 0; v * lanes < kSmallBlock; ++v) {
      totals[v] = hn::LoadU(kOfBlock, y + v * lanes);
    }
    for (size_t row = 0; row < rows.count; ++row, from += bytes) {
      const auto* block = reinterpret_cast<const BlockQ8_0*>(from);
      const auto factor =
          hn::Set(kOfBlock, weights[row] * value_of(block->scale));
      for (size_t v = 0; v * lanes < kSmallBlock; ++v) {
        totals[v] =
            hn::MulAdd(factor, load_steps(*block, v * lanes), totals[v]);
      }
    }
    for (size_t v = 0; v * lanes < kSmallBlock; ++v) {
      hn::StoreU(totals[v], kOfBlock, y + v * lanes);
    }
  }
}

void AddWeightedRows(const float* weights, const CacheRows& rows, float* y) {
  if (rows.type == DType::F32) {
    add_rows(weights, rows, y, [](auto d, const std::byte* row, size_t i) {
      return hn::LoadU(d, reinterpret_cast<const float*>(row) + i);
    });
  } else if (rows.type == DType::F16) {
    add_rows(weights, rows, y, [](auto d, const std::byte* row, size_t i) {
      return load_halves(d, row, i);
    });
  } else {
    add_blocks(weights, rows, y);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace pi_ring::simd {
namespace {

constexpr float kMostHalf = 65504.0F;
constexpr float kMostSteps = 127.0F;

Half finite_half_of(float value) {
  return half_of(std::isfinite(value) ? std::clamp(value, -kMostHalf, kMostHalf)
                                      : value);
}

// The largest number is kMostSteps steps; NaN or infinite where one is.
Half step_of_block(const float* x) {
  float most = 0.0F;
  for (size_t i = 0; i < kSmallBlock; ++i) {
    if (!std::isfinite(x[i])) return half_of(std::nanf(""));
    most = std::max(most, std::fabs(x[i]));
  }
  return finite_half_of(most / kMostSteps);
}

BlockQ8_0 block_of_numbers(const float* x) {
  BlockQ8_0 block{.scale = step_of_block(x), .values = {}};
  const float step = value_of(block.scale);
  if (!(step > 0.0F)) return block;  // all are zero, or one is not finite
  for (size_t i = 0; i < kSmallBlock; ++i) {
    const float steps =
        std::clamp(std::nearbyint(x[i] / step), -kMostSteps, kMostSteps);
    block.values[i] = static_cast<uint8_t>(static_cast<int8_t>(steps));
  }
  return block;
}

}  // namespace

HWY_EXPORT(Dots);
HWY_EXPORT(AddWeightedRows);

void store_row(DType type, const float* x, size_t width, std::byte* row) {
  if (type == DType::F32) {
    std::memcpy(row, x, width * sizeof(float));
    return;
  }
  if (type == DType::F16) {
    for (size_t i = 0; i < width; ++i) {
      const Half half = finite_half_of(x[i]);
      std::memcpy(row + i * sizeof half, half.data(), sizeof half);
    }
    return;
  }
  for (size_t i = 0; i < width; i += kSmallBlock, row += sizeof(BlockQ8_0)) {
    const BlockQ8_0 block = block_of_numbers(x + i);
    std::memcpy(row, &block, sizeof block);
  }
}

void dots(const float* query, const CacheRows& rows, float scale,
          float* scores) {
  HWY_DYNAMIC_DISPATCH(Dots)(query, rows, scale, scores);
}

void add_weighted_rows(const float* weights, const CacheRows& rows, float* y) {
  HWY_DYNAMIC_DISPATCH(AddWeightedRows)(weights, rows, y);
}

}  // namespace pi_ring::simd

#endif  // HWY_ONCE
