// Each row over the root of its mean square.
#include "model/layers/rmsnorm.h"

#include <algorithm>
#include <cmath>

#include "model/folder/weights.h"
#include "model/math/simd.h"

namespace pi_ring {

RmsNorm::RmsNorm(const Weights& weights, Role role, int layer)
    : epsilon_(weights.config().norm_epsilon),
      scale_(floats(weights.config().dim)) {
  Tensor scale = weights.take(tensor_of(weights.config(), role, layer));
  std::ranges::copy(scale.all(), scale_.data());
}

void RmsNorm::forward(int rows, const float* x, float* y) const {
  const size_t dim = scale_.size();
  for (int row = 0; row < rows; ++row, x += dim, y += dim) {
    const float mean = simd::sum_of_squares(x, dim) / static_cast<float>(dim);
    simd::scale_by(1.0F / std::sqrt(mean + epsilon_), x, scale_.data(), y, dim);
  }
}

}  // namespace pi_ring
