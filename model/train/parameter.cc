// Room for a tensor and what training adds to it.
#include "model/train/parameter.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "model/math/gradient_simd.h"

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
