// The norm of each head's query or key, with its backward.
#pragma once

#include <vector>

#include "model/math/float_buffer.h"
#include "model/math/pool.h"
#include "model/train/train_norm.h"
#include "model/train/train_shape.h"

namespace pi_ring {

class TrainHeadNorm {
 public:
  // Norms `heads` heads, which stand side by side from column `first` of qkv.
  TrainHeadNorm(const TrainSetup& setup, Role role, int layer, int heads,
                int first);

  void append_parameters(std::vector<Parameter*>& all) {
    norm_.append_parameters(all);
  }
  void refresh() { norm_.refresh(); }

  // The floats of `before`, which backward needs, and of `room`.
  size_t size() const { return size_; }

  // In place in qkv; keeps what was there.
  void forward(const Pool& pool, float* qkv, float* before, float* room) const;
  // Makes the gradient in qkv into that of what was before, in place.
  void backward(const Pool& pool, const float* before, float* qkv, float* room,
                float* other_room);

 private:
  void gather(const float* qkv, float* to) const;
  void scatter(const float* from, float* qkv) const;

  int rows_;
  int heads_;
  int width_;  // of all heads
  int first_;
  int stride_;  // of qkv
  size_t size_;
  TrainNorm norm_;
};

}  // namespace pi_ring
