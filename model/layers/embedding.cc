// One row of the matrix for each token.
#include "model/layers/embedding.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "model/math/float_buffer.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

// The classifier checks a tied matrix when it packs it.
Embedding::Embedding(const Weights& weights)
    : weights_(weights),
      matrix_(tensor_of(weights.config(), Role::kEmbedding)) {
  const ModelConfig& config = weights.config();
  if (config.tied) return;
  constexpr int kRowsAtOnce = 256;
  Tensor tensor = weights.take(matrix_);
  for (int row = 0; row < config.vocab; row += kRowsAtOnce) {
    tensor.rows(row, std::min(kRowsAtOnce, config.vocab - row));
  }
}

void Embedding::forward(std::span<const int> tokens, float* x) const {
  const size_t dim = floats(weights_.config().dim);
  for (const int token : tokens) {
    if (token < 0 || token >= weights_.config().vocab) {
      throw std::out_of_range("token " + std::to_string(token) +
                              " is not in the model's vocabulary");
    }
    weights_.row(matrix_.name, token, {x, dim});
    x += dim;
  }
  // The kernel maps pages around each row: a long text would map the whole.
  weights_.give_back(matrix_.name);
}

}  // namespace pi_ring
