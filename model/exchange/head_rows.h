// The rows of a query or key matrix in the two orders that RoPE is written for.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pi_ring {

// llama2.c turns neighbours by RoPE, rows 2i and 2i+1 of a head; Hugging Face
// turns row i with row i + head_dim/2. The same rows in another order.
std::vector<float> halves_of_heads(std::span<const float> pairs, int64_t rows,
                                   size_t head_dim);
std::vector<float> pairs_of_heads(std::span<const float> halves, int64_t rows,
                                  size_t head_dim);

// Whether a tensor of that name is such a matrix.
bool is_turned(std::string_view name);

}  // namespace pi_ring
