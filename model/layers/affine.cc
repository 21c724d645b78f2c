// One product, and the biases added row by row.
#include "model/layers/affine.h"

#include <algorithm>
#include <vector>

#include "model/folder/weights.h"
#include "model/math/simd.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

Affine::Affine(const Weights& weights, int layer, int inputs,
               std::span<const Role> matrices, const Pool& pool)
    : outputs_(outputs_of(weights.config(), matrices)),
      linear_(inputs, outputs_, pool) {
  const ModelConfig& config = weights.config();
  int first = 0;
  for (const Role role : matrices) {
    const auto matrix = find_tensor(config, role, layer);
    if (!matrix) continue;
    const int outputs = static_cast<int>(matrix->shape.at(0));
    Tensor tensor = weights.take(*matrix);
    matrix->transposed ? linear_.append_transposed(tensor, outputs)
                       : linear_.append(tensor, outputs);
    take_bias(weights, role, layer, first);
    first += outputs;
  }
}

void Affine::take_bias(const Weights& weights, Role matrix, int layer,
                       int first) {
  const std::optional<Role> role = bias_of(matrix);
  if (!role) return;
  const auto bias = find_tensor(weights.config(), *role, layer);
  if (!bias) return;
  if (bias_.size() == 0) bias_ = FloatBuffer(floats(outputs_));
  Tensor tensor = weights.take(*bias);
  std::ranges::copy(tensor.all(), bias_.data() + first);
}

void Affine::run(const Pool& pool, int rows, const float* x, float* y) const {
  linear_.run(pool, rows, x, y);
  if (bias_.size() == 0) return;
  for (int row = 0; row < rows; ++row, y += outputs_) {
    simd::add(bias_.data(), y, bias_.size());
  }
}

}  // namespace pi_ring
