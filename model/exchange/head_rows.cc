// Puts the rows of each head in the other order.
#include "model/exchange/head_rows.h"

#include <cstring>

namespace pi_ring {
namespace {

// Where the row of a head stands, among pairs, that is row `row` of halves.
size_t among_pairs(size_t row, size_t head_dim) {
  const size_t in_head = row % head_dim;
  const size_t half = head_dim / 2;
  return row - in_head + in_head % half * 2 + in_head / half;
}

}  // namespace

std::vector<float> halves_of_heads(std::span<const float> pairs, int64_t rows,
                                   size_t head_dim) {
  std::vector<float> halves(pairs.size());
  const size_t columns = pairs.size() / static_cast<size_t>(rows);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    std::memcpy(&halves[row * columns],
                &pairs[among_pairs(row, head_dim) * columns],
                columns * sizeof(float));
  }
  return halves;
}

std::vector<float> pairs_of_heads(std::span<const float> halves, int64_t rows,
                                  size_t head_dim) {
  std::vector<float> pairs(halves.size());
  const size_t columns = halves.size() / static_cast<size_t>(rows);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    std::memcpy(&pairs[among_pairs(row, head_dim) * columns],
                &halves[row * columns], columns * sizeof(float));
  }
  return pairs;
}

}  // namespace pi_ring
