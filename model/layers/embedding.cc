// One row of the matrix for each token, and one for its position.
#include "model/layers/embedding.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/math/float_buffer.h"
#include "model/math/simd.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

Embedding::Embedding(const Weights& weights)
    : weights_(weights),
      matrix_(tensor_of(weights.config(), Role::kEmbedding)),
      positions_(find_tensor(weights.config(), Role::kPositionEmbedding)) {
  // The classifier checks a tied matrix when it packs it.
  if (!weights.config().tied) check_finite(matrix_);
  if (positions_) check_finite(*positions_);
}

void Embedding::check_finite(const ModelTensor& matrix) const {
  constexpr int64_t kRowsAtOnce = 256;
  Tensor tensor = weights_.take(matrix);
  const int64_t rows = matrix.shape.at(0);
  for (int64_t row = 0; row < rows; row += kRowsAtOnce) {
    tensor.rows(row, std::min(kRowsAtOnce, rows - row));
  }
}

void Embedding::forward(std::span<const int> tokens, int position,
                        float* x) const {
  const size_t dim = floats(weights_.config().dim);
  std::vector<float> learned(positions_ ? dim : 0);
  for (const int token : tokens) {
    if (token < 0 || token >= weights_.config().vocab) {
      throw std::out_of_range("token " + std::to_string(token) +
                              " is not in the model's vocabulary");
    }
    weights_.row(matrix_.name, token, {x, dim});
    if (weights_.config().architecture->scaled_embedding) {
      scale_embedding(weights_.config(), x);
    }
    if (positions_) {
      weights_.row(positions_->name, position++, learned);
      simd::add(learned.data(), x, dim);
    }
    x += dim;
  }
  // The kernel maps pages around each row: a long text would map the whole,
  // which is no harm only where the classifier does so too.
  if (!(weights_.config().tied && weights_.computes_in_map())) {
    weights_.give_back(matrix_.name);
  }
  if (positions_) weights_.give_back(positions_->name);
}

void scale_embedding(const ModelConfig& config, float* row) {
  const float scale = std::sqrt(static_cast<float>(config.dim));
  for (int i = 0; i < config.dim; ++i) row[i] *= scale;
}

}  // namespace pi_ring
