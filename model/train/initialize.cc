// Draws a parameter's values, or copies them from a file.
#include "model/train/initialize.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "model/base/random_numbers.h"
#include "model/folder/weights.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

// FNV-1a.
uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
  }
  return hash;
}

// Every layer adds to the residual twice.
float deviation_of(const ModelConfig& config, TensorRule::Start start) {
  const float deviation = config.architecture->deviation;
  return start == TensorRule::Start::kResidual
             ? deviation / std::sqrt(2.0F * static_cast<float>(config.layers))
             : deviation;
}

}  // namespace

void initialize(const ModelConfig& config, uint64_t seed,
                Parameter& parameter) {
  float* values = parameter.value.data();
  if (parameter.start == TensorRule::Start::kOnes ||
      parameter.start == TensorRule::Start::kZeros) {
    const bool is_one = parameter.start == TensorRule::Start::kOnes;
    std::fill_n(values, parameter.value.size(), is_one ? 1.0F : 0.0F);
    return;
  }
  // Neighbouring seeds must not draw each other's numbers.
  RandomNumbers mixed(seed ^ hash_of(parameter.name));
  RandomNumbers numbers(mixed.next());
  const float deviation = deviation_of(config, parameter.start);
  for (size_t i = 0; i < parameter.value.size(); ++i) {
    values[i] = deviation * numbers.normal();
  }
}

void load(const Weights& weights, std::span<Parameter* const> parameters) {
  constexpr int64_t kRowsAtOnce = 256;
  for (Parameter* parameter : parameters) {
    Tensor tensor = weights.take(*parameter);
    float* to = parameter->value.data();
    if (parameter->shape.size() == 1 || parameter->transposed) {
      parameter->take_stored(tensor.all(), parameter->value);
      continue;
    }
    for (int64_t row = 0; row < parameter->shape[0]; row += kRowsAtOnce) {
      const int64_t count = std::min(kRowsAtOnce, parameter->shape[0] - row);
      to = std::ranges::copy(tensor.rows(row, count), to).out;
    }
  }
}

}  // namespace pi_ring
