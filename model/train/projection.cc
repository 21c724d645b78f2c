// Packs the weights for both directions once a step. The gradient of the
// weights packs its x each time.
#include "model/train/projection.h"

#include <algorithm>

#include "model/math/gradient_simd.h"
#include "model/math/tile_product.h"

namespace pi_ring {
namespace {

// How many terms are summed at once: rows in a weight's gradient, outputs in an
// input's. They are fixed, because they set the order of the additions.
constexpr int kRowsAtOnce = 256;
constexpr int kOutputsAtOnce = 1024;
// Rows of a weight's gradient: XNNPACK's kernels take 5, 6 or 7 at a time.
constexpr int kGradientRows = 105;
// With fewer, packing x again for another thread costs more than it saves.
constexpr int kFewestOutputs = 64;

int parts_of(int threads) { return threads == 1 ? 1 : 2 * threads; }

std::vector<Slice> even_slices(int outputs, int parts) {
  const int size = std::max(kFewestOutputs, (outputs + parts - 1) / parts);
  std::vector<Slice> slices;
  for (int first = 0; first < outputs; first += size) {
    slices.push_back({first, std::min(size, outputs - first)});
  }
  return slices;
}

int columns_of(const Parameter& matrix) {
  return static_cast<int>(matrix.shape.at(1));
}

int rows_of(const Parameter& matrix) {
  return static_cast<int>(matrix.shape.at(0));
}

}  // namespace

ProjectionSpace::ProjectionSpace(int max_inputs, int threads, Buffers& buffers)
    : transposed(
          buffers.take(floats(parts_of(threads) * kGradientRows, kRowsAtOnce))),
      partial(
          buffers.take(floats(parts_of(threads) * kRowsAtOnce, max_inputs))) {}

Projection::Projection(std::vector<Parameter*> matrices, int threads,
                       Buffers& buffers)
    : matrices_(std::move(matrices)), inputs_(columns_of(*matrices_.at(0))) {
  for (const Parameter* matrix : matrices_) {
    for (const Slice& slice : slices_of(inputs_, rows_of(*matrix), threads)) {
      forward_.push_back({matrix, slice, outputs_ + slice.first, {}});
    }
    outputs_ += rows_of(*matrix);
  }
  // Both directions are packed by refresh().
  buffers.count(Product::packed_bytes(inputs_, outputs_));
  std::vector<Slice> pieces;
  for (int first = 0; first < outputs_; first += kOutputsAtOnce) {
    pieces.push_back({first, std::min(kOutputsAtOnce, outputs_ - first)});
    buffers.count(Product::packed_bytes(pieces.back().count, inputs_));
  }
  for (const Slice& slice : slices_of(pieces[0].count, inputs_, threads)) {
    backward_.push_back({slice, pieces, {}});
  }
}

void Projection::refresh(const Pool& pool) {
  pool.each(forward_.size(), [&](size_t i) {
    ForwardPanel& panel = forward_[i];
    panel.product = {};  // frees the memory first, for the new one
    panel.product = Product(
        {inputs_, panel.slice.count, inputs_, outputs_},
        Product::Layout::kOutputsFirst,
        panel.matrix->value.data() + floats(panel.slice.first, inputs_));
  });
  for (BackwardPanel& panel : backward_) {
    panel.products.clear();
    panel.products.resize(panel.pieces.size());
  }
  pool.each(backward_.size(), [&](size_t i) { pack(backward_[i]); });
}

// XNNPACK takes columns without gaps only, so they are copied out first.
void Projection::pack(BackwardPanel& panel) const {
  const auto [first, count] = panel.slice;
  FloatBuffer columns(floats(panel.pieces[0].count, count));
  const Parameter* const* matrix = matrices_.data();
  int row = 0;  // of the matrix
  for (size_t i = 0; i < panel.pieces.size(); ++i) {
    for (int k = 0; k < panel.pieces[i].count; ++k) {
      if (row == rows_of(**matrix)) {
        ++matrix;
        row = 0;
      }
      std::copy_n((*matrix)->value.data() + floats(row++, inputs_) + first,
                  count, columns.data() + floats(k, count));
    }
    panel.products[i] =
        Product({panel.pieces[i].count, count, outputs_, inputs_},
                Product::Layout::kInputsFirst, columns.data());
  }
}

void Projection::forward(const Pool& pool, int rows, const float* x,
                         float* y) const {
  pool.each(forward_.size(), [&](size_t i) {
    forward_[i].product.run(rows, x, y + forward_[i].first);
  });
}

void Projection::backward_input(const Pool& pool, int rows, const float* dy,
                                float* dx, ProjectionSpace& space) const {
  pool.each(backward_.size(), [&](size_t i) {
    run(backward_[i], rows, dy, dx, space.partial.data());
  });
}

void Projection::run(const BackwardPanel& panel, int rows, const float* dy,
                     float* dx, float* partial) const {
  const size_t width = floats(inputs_);
  partial += panel.slice.first;
  dx += panel.slice.first;
  for (int row = 0; row < rows; row += kRowsAtOnce) {
    const int count = std::min(kRowsAtOnce, rows - row);
    const float* from = dy + floats(row, outputs_);
    float* to = dx + floats(row, inputs_);
    panel.products[0].run(count, from, to);
    for (size_t i = 1; i < panel.pieces.size(); ++i) {
      panel.products[i].run(count, from + panel.pieces[i].first, partial);
      simd::add_rows(count, panel.slice.count, partial, width, to, width);
    }
  }
}

void Projection::backward_weights(const Pool& pool, int rows, const float* dy,
                                  const float* x,
                                  ProjectionSpace& space) const {
  const std::vector<Slice> parts =
      even_slices(outputs_, parts_of(pool.threads()));
  pool.each(parts.size(), [&](size_t i) {
    const int part = static_cast<int>(i);
    float* transposed =
        space.transposed.data() + floats(part * kGradientRows, kRowsAtOnce);
    float* partial = space.partial.data() + floats(part * kRowsAtOnce, inputs_);
    for (int row = 0; row < rows; row += kRowsAtOnce) {
      add_part(parts[i], std::min(kRowsAtOnce, rows - row),
               dy + floats(row, outputs_), x + floats(row, inputs_), transposed,
               partial);
    }
  });
}

// The rows of some outputs in the matrices' gradient: dy, transposed, times x.
void Projection::add_part(const Slice& outputs, int rows, const float* dy,
                          const float* x, float* transposed,
                          float* partial) const {
  const Product product({rows, inputs_, rows, inputs_},
                        Product::Layout::kInputsFirst, x);
  int above = 0;  // outputs of the matrices before
  for (Parameter* matrix : matrices_) {
    const int end =
        std::min(outputs.first + outputs.count, above + rows_of(*matrix));
    for (int first = std::max(outputs.first, above); first < end;
         first += kGradientRows) {
      const int count = std::min(kGradientRows, end - first);
      simd::transpose(floats(rows), floats(count), dy + first, floats(outputs_),
                      transposed, floats(rows));
      product.run(count, transposed, partial);
      simd::add_rows(1, count * inputs_, partial, 0,
                     matrix->gradient.data() + floats(first - above, inputs_),
                     0);
    }
    above += rows_of(*matrix);
  }
}

}  // namespace pi_ring
