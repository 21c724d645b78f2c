// Room for a tensor and what training adds to it.
#include "model/train/parameter.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "model/math/gradient_simd.h"
#include "model/math/tile_product.h"

namespace pi_ring {
namespace {

size_t count_of(const std::vector<int64_t>& shape) {
  return static_cast<size_t>(std::accumulate(shape.begin(), shape.end(),
                                             int64_t{1}, std::multiplies<>()));
}

}  // namespace

Parameter::Parameter(ModelTensor tensor, Buffers& buffers)
    : ModelTensor(std::move(tensor)),
      value(buffers.take(count_of(shape))),
      gradient(buffers.take(value.size())),
      first_moment(buffers.take(value.size())),
      second_moment(buffers.take(value.size())) {}

std::span<const float> Parameter::as_stored(const FloatBuffer& values,
                                            std::vector<float>& room) const {
  if (!transposed) return {values.data(), values.size()};
  room.resize(values.size());
  const auto outputs = static_cast<size_t>(shape.at(0));
  const auto inputs = static_cast<size_t>(shape.at(1));
  simd::transpose(outputs, inputs, values.data(), inputs, room.data(), outputs);
  return room;
}

void Parameter::take_stored(std::span<const float> stored,
                            FloatBuffer& values) const {
  if (!transposed) {
    std::ranges::copy(stored, values.data());
    return;
  }
  const auto outputs = static_cast<size_t>(shape.at(0));
  const auto inputs = static_cast<size_t>(shape.at(1));
  simd::transpose(inputs, outputs, stored.data(), outputs, values.data(),
                  inputs);
}

void zero_gradients(std::span<Parameter* const> parameters) {
  for (Parameter* parameter : parameters) {
    std::fill_n(parameter->gradient.data(), parameter->gradient.size(), 0.0F);
  }
}

double add_squares(double sum, std::span<Parameter* const> parameters) {
  for (const Parameter* parameter : parameters) {
    sum += simd::exact_sum_of_squares(parameter->gradient.data(),
                                      parameter->gradient.size());
  }
  return sum;
}

}  // namespace pi_ring
