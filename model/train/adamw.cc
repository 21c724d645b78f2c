// Updates every parameter, in pieces for the threads.
#include "model/train/adamw.h"

#include <algorithm>
#include <cmath>

#include "model/math/gradient_simd.h"

namespace pi_ring {
namespace {

constexpr size_t kPiece = 64 * 1024;  // floats: a task of one thread

}  // namespace

void AdamW::update(const Pool& pool, std::span<Parameter* const> parameters,
                   float learning_rate, float scale, int64_t step) const {
  const auto at = static_cast<double>(step);
  const double bias1 = 1.0 - std::pow(static_cast<double>(options_.beta1), at);
  const double bias2 = 1.0 - std::pow(static_cast<double>(options_.beta2), at);
  for (Parameter* parameter : parameters) {
    const float decay = parameter->decays ? options_.weight_decay : 0.0F;
    const simd::AdamStep numbers{
        .beta1 = options_.beta1,
        .beta2 = options_.beta2,
        .gradient_scale = scale,
        .rate = static_cast<float>(static_cast<double>(learning_rate) / bias1),
        .root = static_cast<float>(1.0 / std::sqrt(bias2)),
        .epsilon = options_.epsilon,
        .keep = 1.0F - learning_rate * decay};
    const size_t size = parameter->value.size();
    pool.each((size + kPiece - 1) / kPiece, [&](size_t piece) {
      const size_t first = piece * kPiece;
      simd::adam(numbers, parameter->gradient.data() + first,
                 parameter->first_moment.data() + first,
                 parameter->second_moment.data() + first,
                 parameter->value.data() + first,
                 std::min(kPiece, size - first));
    });
  }
}

float clip_scale(double sum_of_squares, float limit) {
  const double norm = std::sqrt(sum_of_squares);
  if (limit <= 0.0F || norm <= static_cast<double>(limit)) return 1.0F;
  return static_cast<float>(static_cast<double>(limit) / norm);
}

}  // namespace pi_ring
