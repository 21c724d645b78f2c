// Each row over the root of its mean square, or less its mean and over its
// deviation.
#include "model/layers/norm.h"

#include <algorithm>
#include <cmath>

#include "model/folder/weights.h"
#include "model/math/layer_norm.h"
#include "model/math/simd.h"

namespace pi_ring {
namespace {

FloatBuffer vector_from(const Weights& weights, const ModelTensor& tensor) {
  FloatBuffer values(static_cast<size_t>(tensor.shape.at(0)));
  Tensor stored = weights.take(tensor);
  std::ranges::copy(stored.all(), values.data());
  return values;
}

FloatBuffer scale_from(const Weights& weights, const ModelTensor& tensor) {
  FloatBuffer scale = vector_from(weights, tensor);
  if (!tensor.less_one) return scale;
  for (size_t i = 0; i < scale.size(); ++i) scale.data()[i] += 1.0F;
  return scale;
}

}  // namespace

Norm::Norm(const Weights& weights, Role role, int layer)
    : kind_(weights.config().architecture->norm),
      epsilon_(weights.config().norm_epsilon),
      scale_(scale_from(weights, tensor_of(weights.config(), role, layer))) {
  const std::optional<Role> bias = bias_of(role);
  if (!bias) return;
  const auto tensor = find_tensor(weights.config(), *bias, layer);
  if (tensor) bias_ = vector_from(weights, *tensor);
}

void Norm::forward(int rows, const float* x, float* y) const {
  const size_t width = scale_.size();
  for (int row = 0; row < rows; ++row, x += width, y += width) {
    if (kind_ == NormKind::kMeanAndDeviation) {
      simd::layer_norm(simd::moments_of(x, epsilon_, width), x, scale_.data(),
                       bias_.data(), y, width);
      continue;
    }
    const float mean =
        simd::sum_of_squares(x, width) / static_cast<float>(width);
    simd::scale_by(1.0F / std::sqrt(mean + epsilon_), x, scale_.data(), y,
                   width);
  }
}

}  // namespace pi_ring
