// Angles from positions, and the rotation itself.
#include "model/layers/rope.h"

#include <cmath>

#include "model/math/simd.h"

namespace pi_ring {

Rope::Rope(int head_dim, float theta, int max_rows, Buffers& buffers)
    : half_(head_dim / 2),
      cosines_(buffers.take(floats(max_rows, half_))),
      sines_(buffers.take(floats(max_rows, half_))) {
  for (int i = 0; i < half_; ++i) {
    const float exponent =
        static_cast<float>(2 * i) / static_cast<float>(head_dim);
    frequencies_.push_back(1.0F / std::pow(theta, exponent));
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
  const size_t at = floats(row, half_);
  simd::rotate(cosines_.data() + at, sines_.data() + at, head, head + half_,
               floats(half_));
}

// To exchange the pair is to rotate by the opposite angle.
void Rope::backward(int row, float* head) const {
  const size_t at = floats(row, half_);
  simd::rotate(cosines_.data() + at, sines_.data() + at, head + half_, head,
               floats(half_));
}

}  // namespace pi_ring
