// The rows of a query or key matrix in the two orders that RoPE is written for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pi_ring {

// RoPE rotates pairs of rows of a head: rows 2i and 2i+1 in llama2.c, row i and
// row i + head_dim/2 for Hugging Face. The same rows in another order.
std::vector<float> halves_of_heads(std::span<const float> pairs, int64_t rows,
                                   size_t head_dim);
std::vector<float> pairs_of_heads(std::span<const float> halves, int64_t rows,
                                  size_t head_dim);

}  // namespace pi_ring
