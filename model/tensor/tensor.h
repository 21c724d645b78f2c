// A stored tensor, read front to back as f32 without ever being in memory
// whole.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/tensor/safetensors.h"

namespace pi_ring {

// A tensor to be read front to back as f32, a few rows at a time, so that
// memory never holds much of it: rows seen before are given back to the kernel
// as others are taken. Must not outlive the file that it came from.
class Tensor {
 public:
  Tensor(const SafetensorsFile& file, const TensorView& view);
  ~Tensor();
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;

  // Rows [first, first + count), row-major, valid until the next call: a view
  // into the map where the file holds f32, converted otherwise. Throws BadInput
  // at a NaN or an infinity.
  std::span<const float> rows(int64_t first, int64_t count);
  // The same for all of it; a vector is a matrix of one row.
  std::span<const float> all();

 private:
  const SafetensorsFile& file_;
  const TensorView& view_;
  std::vector<float> converted_;
};

// Copies values [first, first + out.size()) as f32; the tensor must be readable
// and hold that many.
void copy_values(const TensorView& view, uint64_t first, std::span<float> out);

uint64_t count_of(const TensorView& view);

}  // namespace pi_ring
