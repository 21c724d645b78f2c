// Computes in chunks, as a ring does, and so with the same bits.
#include "model/layers/whole_model.h"

#include <algorithm>

#include "model/folder/weights.h"
#include "model/math/tile_product.h"

namespace pi_ring {

WholeModel::WholeModel(const Weights& weights, const Pool& pool,
                       DType cache_type)
    : dim_(floats(weights.config().dim)),
      pool_(pool),
      embedding_(weights),
      stage_(weights, pool),
      cache_(weights, cache_type),
      classifier_(weights, pool),
      rows_(kChunkRows * dim_),
      logits_(floats(weights.config().vocab)) {}

void WholeModel::each_logits(std::span<const int> tokens, int position,
                             const See& see) {
  while (!tokens.empty()) {
    const size_t rows = std::min<size_t>(kChunkRows, tokens.size());
    embedding_.forward(tokens.first(rows), position, rows_.data());
    stage_.forward(pool_, position, static_cast<int>(rows), cache_,
                   rows_.data());
    for (size_t row = 0; row < rows; ++row) {
      classifier_.forward(pool_, rows_.data() + row * dim_, logits_.data());
      see({logits_.data(), logits_.size()});
    }
    tokens = tokens.subspan(rows);
    position += static_cast<int>(rows);
  }
}

double WholeModel::loss_of(std::span<const int> tokens) {
  double sum = 0.0;
  auto expected = tokens.begin() + 1;
  each_logits(tokens.first(tokens.size() - 1), 0, [&](std::span<float> logits) {
    sum += simd::cross_entropy(1.0F, static_cast<size_t>(*expected++),
                               logits.data(), logits.size());
  });
  return sum;
}

}  // namespace pi_ring
