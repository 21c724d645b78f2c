// Copies the heads out, so that they are vectors without gaps, and back.
#include "model/train/train_head_norm.h"

#include <algorithm>

namespace pi_ring {

TrainHeadNorm::TrainHeadNorm(const TrainSetup& setup, Role role, int layer,
                             int heads, int first)
    : rows_(setup.shape.rows()),
      heads_(heads),
      width_(heads * setup.config.head_dim()),
      first_(first),
      stride_(setup.config.qkv_dim()),
      size_(floats(rows_, width_)),
      norm_(setup, role, layer, rows_ * heads) {}

void TrainHeadNorm::gather(const float* qkv, float* to) const {
  for (int row = 0; row < rows_; ++row) {
    to = std::copy_n(qkv + floats(row, stride_) + first_, width_, to);
  }
}

void TrainHeadNorm::scatter(const float* from, float* qkv) const {
  for (int row = 0; row < rows_; ++row, from += width_) {
    std::copy_n(from, width_, qkv + floats(row, stride_) + first_);
  }
}

void TrainHeadNorm::forward(const Pool& pool, float* qkv, float* before,
                            float* room) const {
  gather(qkv, before);
  norm_.forward(pool, rows_ * heads_, before, room);
  scatter(room, qkv);
}

void TrainHeadNorm::backward(const Pool& pool, const float* before, float* qkv,
                             float* room, float* other_room) {
  gather(qkv, room);
  std::fill_n(other_room, size_, 0.0F);
  norm_.backward(pool, rows_ * heads_, before, room, other_room);
  scatter(other_room, qkv);
}

}  // namespace pi_ring
