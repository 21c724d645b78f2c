// A product in panels, which the pool's threads share.
#include "model/math/linear.h"

#include <algorithm>
#include <climits>
#include <stdexcept>

#include "model/math/float_buffer.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

// Few enough that a slice's weights stay in a core's cache while all rows of x
// are multiplied with them, and that threads of uneven speed even out.
int rows_of_a_slice(uint64_t bytes_of_row, int outputs, int threads) {
  constexpr uint64_t kMostBytes = 128 * 1024;
  constexpr int kSlicesOfAThread = 4;
  constexpr int kStep = 4;
  const auto cached = static_cast<int>(
      std::min<uint64_t>(kMostBytes / bytes_of_row + 1, INT_MAX / 2));
  const int shared =
      threads == 1 ? outputs : outputs / (threads * kSlicesOfAThread);
  return (std::min(cached, shared) / kStep + 1) * kStep;
}

struct RoundedRows {
  std::vector<int16_t> values;
  std::vector<float> scales;
  std::vector<float> sums;
};

RoundedRows rounded_rows(const Pool& pool, int rows, int inputs,
                         const float* x) {
  const size_t blocks = floats(inputs) / simd::kInputsOfAScale;
  RoundedRows rounded;
  rounded.values.resize(floats(rows, inputs));
  rounded.scales.resize(floats(rows) * blocks);
  rounded.sums.resize(floats(rows) * blocks);
  pool.each(floats(rows), [&](size_t row) {
    simd::round_inputs(floats(inputs), x + row * floats(inputs),
                       rounded.values.data() + row * floats(inputs),
                       rounded.scales.data() + row * blocks,
                       rounded.sums.data() + row * blocks);
  });
  return rounded;
}

}  // namespace

Linear::Linear(int inputs, int outputs, const Pool& pool)
    : inputs_(inputs), outputs_(outputs), threads_(pool.threads()) {}

void Linear::check_room(int outputs) const {
  if (appended_ + outputs <= outputs_) return;
  throw std::logic_error("more weights than this product has outputs");
}

void Linear::append(Tensor& weights, int outputs) {
  check_room(outputs);
  if (weights.computes_in_map()) {
    append_mapped(weights, outputs);
  } else {
    append_packed(weights, outputs);
  }
  appended_ += outputs;
}

void Linear::append_packed(Tensor& weights, int outputs) {
  for (const Slice& slice : slices_of(inputs_, outputs, threads_)) {
    panels_.push_back({appended_ + slice.first,
                       Product({inputs_, slice.count, inputs_, outputs_},
                               Product::Layout::kOutputsFirst,
                               weights.rows(slice.first, slice.count).data())});
  }
}

void Linear::append_mapped(const Tensor& weights, int outputs) {
  const TensorView& view = weights.view();
  weights.check_values();
  const simd::WeightRows rows{view.dtype, view.bytes.data(), floats(inputs_),
                              static_cast<size_t>(view.paired_rows)};
  has_blocks_ = has_blocks_ || is_quantised(view.dtype);
  const int step =
      rows_of_a_slice(bytes_of(view.dtype, rows.inputs), outputs, threads_);
  for (int row = 0; row < outputs; row += step) {
    panels_.push_back({.first = appended_ + row,
                       .product = {},
                       .rows = rows,
                       .first_row = row,
                       .count = std::min(step, outputs - row)});
  }
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

size_t Linear::rounded_bytes(int rows, int inputs) {
  return floats(rows, inputs) * sizeof(int16_t) +
         2 * floats(rows) * (floats(inputs) / simd::kInputsOfAScale) *
             sizeof(float);
}

void Linear::run(const Pool& pool, int rows, const float* x, float* y) const {
  RoundedRows rounded;
  if (has_blocks_) rounded = rounded_rows(pool, rows, inputs_, x);
  const simd::InputRows inputs{
      floats(rows),          floats(inputs_),       x,
      rounded.values.data(), rounded.scales.data(), rounded.sums.data()};
  pool.each(panels_.size(), [&](size_t i) {
    const Panel& panel = panels_[i];
    if (panel.count > 0) {
      run_mapped(panel, inputs, y);
    } else {
      panel.product.run(rows, x, y + panel.first);
    }
  });
}

void Linear::run_mapped(const Panel& panel, const simd::InputRows& x,
                        float* y) const {
  simd::multiply_rows(panel.rows, floats(panel.first_row), floats(panel.count),
                      x, y + panel.first, floats(outputs_));
}

}  // namespace pi_ring
