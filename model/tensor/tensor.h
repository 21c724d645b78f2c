// A stored tensor, read as f32 front to back, so that it is never in memory
// whole.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/tensor/tensor_file.h"

namespace pi_ring {

// A tensor that is read front to back, a few rows at a time. The pages of
// earlier rows are given back to the kernel when later rows are read, so that
// memory never holds much of it. The file must outlive the Tensor.
class Tensor {
 public:
  Tensor(const TensorFile& file, const TensorView& view);
  ~Tensor();
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;

  // Rows [first, first + count), row-major, valid until the next call. They are
  // a view into the map if the file holds f32, and converted otherwise. Throws
  // BadInput if a value is NaN or infinite.
  std::span<const float> rows(int64_t first, int64_t count);
  // The same for all rows; a vector is a matrix of one row.
  std::span<const float> all();

  // For products that read the weights in the map.
  const TensorView& view() const { return view_; }
  bool computes_in_map() const { return file_.computes_in_map(); }
  // Throws BadInput where a value is NaN or infinite. Brings the tensor into
  // the kernel's cache of files.
  void check_values() const;

 private:
  const TensorFile& file_;
  const TensorView& view_;
  std::vector<float> converted_;
};

// Copies the model's values [first, first + out.size()) as f32; the tensor must
// be readable and hold that many. They are whole blocks, and whole rows where
// the file has the rows in another order.
void copy_values(const TensorView& view, uint64_t first, std::span<float> out);

}  // namespace pi_ring
