// Where the parts of a model take their memory from.
#pragma once

#include <cstddef>

#include "model/math/float_buffer.h"

namespace pi_ring {

// Hands out buffers and counts their bytes. One that only counts hands out
// buffers of the right size without memory: so the constructors that take a
// rank's memory also tell how much it will be.
class Buffers {
 public:
  enum class Mode { kAllocate, kCount };

  explicit Buffers(Mode mode = Mode::kAllocate) : mode_(mode) {}

  FloatBuffer take(size_t floats) {
    count(floats > kMost / sizeof(float) ? kMost : floats * sizeof(float));
    return mode_ == Mode::kAllocate ? FloatBuffer(floats)
                                    : FloatBuffer::without_memory(floats);
  }
  // Adds memory that is taken elsewhere.
  void count(size_t bytes) {
    bytes_ = bytes > kMost - bytes_ ? kMost : bytes_ + bytes;
  }

  size_t bytes() const { return bytes_; }

 private:
  // The count stays here rather than wrap: no machine has as much.
  static constexpr size_t kMost = size_t{1} << (8 * sizeof(size_t) - 2);

  Mode mode_;
  size_t bytes_ = 0;
};

}  // namespace pi_ring
