// A product in panels, which the pool's threads share.
#include "model/math/linear.h"

#include <stdexcept>

#include "model/tensor/tensor.h"

namespace pi_ring {

Linear::Linear(int inputs, int outputs, const Pool& pool)
    : inputs_(inputs), outputs_(outputs), threads_(pool.threads()) {}

void Linear::append(Tensor& weights, int outputs) {
  if (appended_ + outputs > outputs_) {
    throw std::logic_error("more weights than this product has outputs");
  }
  for (const Slice& slice : slices_of(inputs_, outputs, threads_)) {
    panels_.push_back({appended_ + slice.first,
                       Product({inputs_, slice.count, inputs_, outputs_},
                               Product::Layout::kOutputsFirst,
                               weights.rows(slice.first, slice.count).data())});
  }
  appended_ += outputs;
}

void Linear::run(const Pool& pool, int rows, const float* x, float* y) const {
  pool.each(panels_.size(), [&](size_t i) {
    panels_[i].product.run(rows, x, y + panels_[i].first);
  });
}

}  // namespace pi_ring
