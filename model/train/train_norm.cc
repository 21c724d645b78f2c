// Computes y = scale * x / root of the mean square, or less the mean and over
// the deviation, in groups of rows.
#include "model/train/train_norm.h"

#include <algorithm>
#include <cmath>

#include "model/math/gradient_simd.h"
#include "model/math/layer_norm.h"
#include "model/math/simd.h"
#include "model/train/row_tasks.h"

namespace pi_ring {
namespace {

std::unique_ptr<Parameter> bias_parameter(const TrainSetup& setup, Role scale,
                                          int layer) {
  const std::optional<Role> role = bias_of(scale);
  if (!role) return nullptr;
  auto bias = find_tensor(setup.config, *role, layer);
  if (!bias) return nullptr;
  return std::make_unique<Parameter>(*std::move(bias), setup.buffers);
}

}  // namespace

TrainNorm::TrainNorm(const TrainSetup& setup, Role role, int layer, int rows)
    : kind_(setup.config.architecture->norm),
      epsilon_(setup.config.norm_epsilon),
      scale_(tensor_of(setup.config, role, layer), setup.buffers),
      bias_(bias_parameter(setup, role, layer)),
      partial_(setup.buffers.take(floats(tasks_of(rows)) * width() *
                                  (bias_ == nullptr ? 1 : 2))) {
  if (scale_.less_one) shifted_ = setup.buffers.take(width());
}

void TrainNorm::append_parameters(std::vector<Parameter*>& all) {
  all.push_back(&scale_);
  if (bias_ != nullptr) all.push_back(bias_.get());
}

void TrainNorm::refresh() {
  for (size_t i = 0; i < shifted_.size(); ++i) {
    shifted_.data()[i] = scale_.value.data()[i] + 1.0F;
  }
}

const float* TrainNorm::scale() const {
  return scale_.less_one ? shifted_.data() : scale_.value.data();
}

float TrainNorm::root_of(const float* x) const {
  const float mean =
      simd::sum_of_squares(x, width()) / static_cast<float>(width());
  return 1.0F / std::sqrt(mean + epsilon_);
}

void TrainNorm::forward(const Pool& pool, int rows, const float* x,
                        float* y) const {
  const size_t dim = width();
  each_row(pool, rows, [&](size_t row) {
    const float* from = x + row * dim;
    float* to = y + row * dim;
    if (kind_ == NormKind::kMeanAndDeviation) {
      simd::layer_norm(simd::moments_of(from, epsilon_, dim), from, scale(),
                       bias_->value.data(), to, dim);
    } else {
      simd::scale_by(root_of(from), from, scale(), to, dim);
    }
  });
}

void TrainNorm::backward_group(size_t first, size_t end, const float* x,
                               const float* dy, float* dx,
                               float* partial) const {
  const size_t dim = width();
  for (size_t at = first * dim; at < end * dim; at += dim) {
    if (kind_ == NormKind::kMeanAndDeviation) {
      simd::layer_norm_backward(simd::moments_of(x + at, epsilon_, dim), x + at,
                                dy + at, scale(), dx + at, partial,
                                partial + dim, dim);
      continue;
    }
    const float root = root_of(x + at);
    const float along = simd::triple_dot(dy + at, scale(), x + at, dim);
    simd::add_products(root, dy + at, x + at, partial, dim);
    simd::norm_backward(dy + at, scale(), x + at, root,
                        along * root * root / static_cast<float>(dim), dx + at,
                        dim);
  }
}

void TrainNorm::backward(const Pool& pool, int rows, const float* x,
                         const float* dy, float* dx) {
  const size_t size = (bias_ == nullptr ? 1 : 2) * width();
  each_group_of_rows(pool, rows, [&](size_t group, size_t first, size_t end) {
    float* partial = partial_.data() + group * size;
    std::fill_n(partial, size, 0.0F);
    backward_group(first, end, x, dy, dx, partial);
  });
  for (int group = 0; group < tasks_of(rows); ++group) {
    const float* partial = partial_.data() + floats(group) * size;
    simd::add(partial, scale_.gradient.data(), width());
    if (bias_ == nullptr) continue;
    simd::add(partial + width(), bias_->gradient.data(), width());
  }
}

}  // namespace pi_ring
