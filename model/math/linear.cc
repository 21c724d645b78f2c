// A product in panels, which the pool's threads share.
#include "model/math/linear.h"

#include <algorithm>
#include <stdexcept>

#include "model/math/float_buffer.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

Linear::Linear(int inputs, int outputs, const Pool& pool)
    : inputs_(inputs), outputs_(outputs), threads_(pool.threads()) {}

void Linear::check_room(int outputs) const {
  if (appended_ + outputs <= outputs_) return;
  throw std::logic_error("more weights than this product has outputs");
}

void Linear::append(Tensor& weights, int outputs) {
  check_room(outputs);
  for (const Slice& slice : slices_of(inputs_, outputs, threads_)) {
    panels_.push_back({appended_ + slice.first,
                       Product({inputs_, slice.count, inputs_, outputs_},
                               Product::Layout::kOutputsFirst,
                               weights.rows(slice.first, slice.count).data())});
  }
  appended_ += outputs;
}

// XNNPACK takes columns without gaps only, so they are copied out first.
void Linear::append_transposed(Tensor& weights, int outputs) {
  check_room(outputs);
  const std::span<const float> all = weights.all();
  for (const Slice& slice : slices_of(inputs_, outputs, threads_)) {
    FloatBuffer columns(floats(inputs_, slice.count));
    for (int input = 0; input < inputs_; ++input) {
      std::copy_n(all.data() + floats(input, outputs) + slice.first,
                  slice.count, columns.data() + floats(input, slice.count));
    }
    panels_.push_back({appended_ + slice.first,
                       Product({inputs_, slice.count, inputs_, outputs_},
                               Product::Layout::kInputsFirst, columns.data())});
  }
  appended_ += outputs;
}

void Linear::run(const Pool& pool, int rows, const float* x, float* y) const {
  pool.each(panels_.size(), [&](size_t i) {
    panels_[i].product.run(rows, x, y + panels_[i].first);
  });
}

}  // namespace pi_ring
