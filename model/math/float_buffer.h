// Floats for the arithmetic to work on: aligned, and readable a little past
// their end, as XNNPACK's kernels want their inputs.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace pi_ring {

// How many floats those are: the one place where the sizes of a model, which
// are int, become sizes and offsets of memory.
inline size_t floats(int count) { return static_cast<size_t>(count); }
inline size_t floats(int rows, int columns) {
  return floats(rows) * floats(columns);
}

class FloatBuffer {
 public:
  FloatBuffer() = default;
  // Zeroed.
  explicit FloatBuffer(size_t size)
      : size_(size),
        floats_(new (std::align_val_t{kAlignment}) float[size + kSlack]()) {}

  // Returns a buffer of this size that is counted and has no memory.
  static FloatBuffer without_memory(size_t size) {
    FloatBuffer buffer;
    buffer.size_ = size;
    return buffer;
  }

  size_t size() const { return size_; }
  float* data() { return floats_.get(); }
  const float* data() const { return floats_.get(); }

 private:
  static constexpr size_t kAlignment = 64;  // bytes: a cache line
  static constexpr size_t kSlack = 32;      // floats: 128 bytes

  struct Free {
    void operator()(float* floats) const {
      operator delete[](floats, std::align_val_t{kAlignment});
    }
  };

  size_t size_ = 0;
  std::unique_ptr<float[], Free> floats_;
};

}  // namespace pi_ring
