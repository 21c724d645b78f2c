// Computes y = scale * x / root of the mean square, in groups of rows.
#include "model/train/train_norm.h"

#include <algorithm>
#include <cmath>

#include "model/math/gradient_simd.h"
#include "model/math/simd.h"
#include "model/train/row_tasks.h"

namespace pi_ring {

TrainNorm::TrainNorm(const TrainSetup& setup, ModelTensor scale)
    : epsilon_(setup.config.norm_epsilon),
      scale_(std::move(scale), setup.buffers),
      partial_(setup.buffers.take(
          floats(tasks_of(setup.shape.rows()), setup.config.dim))) {}

float TrainNorm::root_of(const float* x) const {
  const size_t dim = scale_.value.size();
  const float mean = simd::sum_of_squares(x, dim) / static_cast<float>(dim);
  return 1.0F / std::sqrt(mean + epsilon_);
}

void TrainNorm::forward(const Pool& pool, int rows, const float* x,
                        float* y) const {
  const size_t dim = scale_.value.size();
  each_row(pool, rows, [&](size_t row) {
    const float* from = x + row * dim;
    simd::scale_by(root_of(from), from, scale_.value.data(), y + row * dim,
                   dim);
  });
}

void TrainNorm::backward(const Pool& pool, int rows, const float* x,
                         const float* dy, float* dx) {
  const size_t dim = scale_.value.size();
  const float* scale = scale_.value.data();
  each_group_of_rows(pool, rows, [&](size_t group, size_t first, size_t end) {
    float* partial = partial_.data() + group * dim;
    std::fill_n(partial, dim, 0.0F);
    for (size_t at = first * dim; at < end * dim; at += dim) {
      const float root = root_of(x + at);
      const float along = simd::triple_dot(dy + at, scale, x + at, dim);
      simd::add_products(root, dy + at, x + at, partial, dim);
      simd::norm_backward(dy + at, scale, x + at, root,
                          along * root * root / static_cast<float>(dim),
                          dx + at, dim);
    }
  });
  for (int group = 0; group < tasks_of(rows); ++group) {
    simd::add(partial_.data() + floats(group) * dim, scale_.gradient.data(),
              dim);
  }
}

}  // namespace pi_ring
