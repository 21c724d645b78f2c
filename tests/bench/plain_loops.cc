// One loop over rows, one over columns.
#include "tests/bench/plain_loops.h"

#include <algorithm>

namespace pi_ring {

PlainLoops::PlainLoops(const ModelConfig& config) {
  for (int layer = 0; layer < config.layers; ++layer) {
    append(config.dim, config.dim);
    append(config.kv_dim(), config.dim);
    append(config.kv_dim(), config.dim);
    append(config.dim, config.dim);
    append(config.hidden_dim, config.dim);
    append(config.hidden_dim, config.dim);
    append(config.dim, config.hidden_dim);
  }
  append(config.vocab, config.dim);
  x_.assign(static_cast<size_t>(std::max(config.dim, config.hidden_dim)),
            0.01F);
  y_.resize(static_cast<size_t>(config.vocab));
}

void PlainLoops::append(int outputs, int inputs) {
  matrices_.push_back(
      {outputs, inputs,
       std::vector<float>(
           static_cast<size_t>(outputs) * static_cast<size_t>(inputs), 0.02F)});
}

float PlainLoops::token() {
  for (const Matrix& matrix : matrices_) {
    const float* x = x_.data();
    float* y = y_.data();
#pragma omp parallel for
    for (int i = 0; i < matrix.outputs; ++i) {
      const float* row =
          matrix.weights.data() + static_cast<size_t>(i) * matrix.inputs;
      float sum = 0.0F;
      for (int j = 0; j < matrix.inputs; ++j) {
        sum += row[j] * x[j];
      }
      y[i] = sum;
    }
  }
  return y_[0];
}

}  // namespace pi_ring
