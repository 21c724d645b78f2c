// Angles from positions, and the turn itself.
#include "model/layers/rope.h"

#include <cmath>

#include "model/math/simd.h"

namespace pi_ring {

Rope::Rope(int head_dim, float theta, int max_rows)
    : half_(static_cast<size_t>(head_dim) / 2),
      frequencies_(half_),
      cosines_(half_ * static_cast<size_t>(max_rows)),
      sines_(half_ * static_cast<size_t>(max_rows)) {
  for (size_t i = 0; i < half_; ++i) {
    const float exponent =
        static_cast<float>(2 * i) / static_cast<float>(head_dim);
    frequencies_[i] = 1.0F / std::pow(theta, exponent);
  }
}

void Rope::set_positions(int position, int rows) {
  size_t at = 0;
  for (int row = 0; row < rows; ++row) {
    for (const float frequency : frequencies_) {
      const float angle = static_cast<float>(position + row) * frequency;
      cosines_.data()[at] = std::cos(angle);
      sines_.data()[at] = std::sin(angle);
      ++at;
    }
  }
}

void Rope::forward(int row, float* head) const {
  const size_t at = static_cast<size_t>(row) * half_;
  simd::rotate(cosines_.data() + at, sines_.data() + at, head, head + half_,
               half_);
}

// The other way round is by the same angles with the pair exchanged.
void Rope::backward(int row, float* head) const {
  const size_t at = static_cast<size_t>(row) * half_;
  simd::rotate(cosines_.data() + at, sines_.data() + at, head + half_, head,
               half_);
}

}  // namespace pi_ring
