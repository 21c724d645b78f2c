// One product for all matrices; the biases row by row, their gradients in
// groups of rows.
#include "model/train/train_affine.h"

#include <algorithm>

#include "model/math/simd.h"
#include "model/train/row_tasks.h"

namespace pi_ring {

TrainAffine::TrainAffine(const TrainSetup& setup, int layer,
                         std::span<const Role> matrices) {
  std::vector<Parameter*> products;
  int first = 0;
  const auto take = [&](ModelTensor tensor, bool is_bias) {
    parts_.push_back(
        {std::make_unique<Parameter>(std::move(tensor), setup.buffers), first,
         is_bias});
    return parts_.back().parameter.get();
  };
  for (const Role role : matrices) {
    auto matrix = find_tensor(setup.config, role, layer);
    if (!matrix) continue;
    products.push_back(take(*std::move(matrix), false));
    const std::optional<Role> bias_role = bias_of(role);
    auto bias =
        bias_role ? find_tensor(setup.config, *bias_role, layer) : std::nullopt;
    if (bias) take(*std::move(bias), true);
    has_bias_ = has_bias_ || parts_.back().is_bias;
    first += static_cast<int>(products.back()->shape.at(0));
  }
  projection_.emplace(std::move(products), setup.threads, setup.buffers);
  if (!has_bias_) return;
  partial_ = setup.buffers.take(
      floats(tasks_of(setup.shape.rows()), projection_->outputs()));
}

void TrainAffine::append_parameters(std::vector<Parameter*>& all) const {
  for (const Part& part : parts_) all.push_back(part.parameter.get());
}

void TrainAffine::add_bias(const Pool& pool, int rows, float* y) const {
  const size_t outputs = floats(projection_->outputs());
  each_row(pool, rows, [&](size_t row) {
    for (const Part& part : parts_) {
      if (!part.is_bias) continue;
      simd::add(part.parameter->value.data(), y + row * outputs + part.first,
                part.parameter->value.size());
    }
  });
}

void TrainAffine::forward(const Pool& pool, int rows, const float* x,
                          float* y) const {
  projection_->forward(pool, rows, x, y);
  if (has_bias_) add_bias(pool, rows, y);
}

void TrainAffine::backward_input(const Pool& pool, int rows, const float* dy,
                                 float* dx, ProjectionSpace& space) const {
  projection_->backward_input(pool, rows, dy, dx, space);
}

void TrainAffine::backward_weights(const Pool& pool, int rows, const float* dy,
                                   const float* x, ProjectionSpace& space) {
  projection_->backward_weights(pool, rows, dy, x, space);
  if (has_bias_) add_bias_gradients(pool, rows, dy);
}

void TrainAffine::add_bias_gradients(const Pool& pool, int rows,
                                     const float* dy) {
  const size_t outputs = floats(projection_->outputs());
  each_group_of_rows(pool, rows, [&](size_t group, size_t first, size_t end) {
    float* partial = partial_.data() + group * outputs;
    std::fill_n(partial, outputs, 0.0F);
    for (size_t row = first; row < end; ++row) {
      simd::add(dy + row * outputs, partial, outputs);
    }
  });
  for (int group = 0; group < tasks_of(rows); ++group) {
    const float* partial = partial_.data() + floats(group) * outputs;
    for (const Part& part : parts_) {
      if (!part.is_bias) continue;
      simd::add(partial + part.first, part.parameter->gradient.data(),
                part.parameter->gradient.size());
    }
  }
}

}  // namespace pi_ring
