// Keys and values as a cache holds them, and attention's two products with
// them, on Highway. A row of the cache is one head's vector of one position, in
// f32, f16 or blocks of q8_0, which are taken apart in registers.
#pragma once

#include <cstddef>

#include "model/tensor/dtype.h"

namespace pi_ring::simd {

// Rows in place, one after the other, each of `width` numbers: whole blocks.
struct CacheRows {
  DType type;
  const std::byte* data;
  size_t count;
  size_t width;
};

// Writes one row of `width` numbers. f16 and q8_0 round to the nearest. A
// finite number stays finite, and one that is not turns its block into NaN.
void store_row(DType type, const float* x, size_t width, std::byte* row);

// scores[i] = scale * dot(query, row i)
void dots(const float* query, const CacheRows& rows, float scale,
          float* scores);

// y += sum of weights[i] * row i, added one row after the other: so the sum is
// the same in whatever parts the rows come.
void add_weighted_rows(const float* weights, const CacheRows& rows, float* y);

}  // namespace pi_ring::simd
