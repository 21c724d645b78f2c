// Reads all types as f32, checks the values as they are taken, and
// gives their pages back.
#include "model/tensor/tensor.h"

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/tensor/blocks.h"
#include "model/tensor/finite.h"

namespace pi_ring {
namespace {

// `first` is the index of the first of the values in the tensor.
void check_finite(const TensorFile& file, const TensorView& view,
                  std::span<const float> values, uint64_t first) {
  const auto bad = find_not_finite(values);
  if (!bad) return;
  throw BadInput(file.path(), "tensor " + shown(view.name) + " holds " +
                                  not_finite_name(values[*bad]) + " (value " +
                                  std::to_string(first + *bad) + ")");
}

// The values in the map, if the file holds the model's own f32 at an aligned
// address. Empty otherwise.
std::span<const float> values_in_place(const TensorView& view) {
  const auto address = reinterpret_cast<uintptr_t>(view.bytes.data());
  if (view.dtype != DType::F32 || address % alignof(float) != 0 ||
      view.paired_rows != 0) {
    return {};
  }
  return {reinterpret_cast<const float*>(view.bytes.data()), count_of(view)};
}

// Values as they lie in the file.
void copy_stored(const TensorView& view, uint64_t first, std::span<float> out) {
  if (out.empty()) return;
  const auto from = view.bytes.subspan(bytes_of(view.dtype, first),
                                       bytes_of(view.dtype, out.size()));
  read_values(view.dtype, from, out);
}

}  // namespace

Tensor::Tensor(const TensorFile& file, const TensorView& view)
    : file_(file), view_(view) {}

Tensor::~Tensor() { file_.give_back(view_.bytes); }

std::span<const float> Tensor::rows(int64_t first, int64_t count) {
  const auto columns = static_cast<uint64_t>(view_.shape.back());
  const uint64_t begin = static_cast<uint64_t>(first) * columns;
  const uint64_t size = static_cast<uint64_t>(count) * columns;
  // Gives back all pages from the start, because rows may share a page.
  file_.give_back(view_.bytes.first(bytes_of(view_.dtype, begin)));
  std::span<const float> values = values_in_place(view_);
  if (values.empty()) {
    converted_.resize(size);
    copy_values(view_, begin, converted_);
    values = converted_;
  } else {
    values = values.subspan(begin, size);
  }
  check_finite(file_, view_, values, begin);
  return values;
}

std::span<const float> Tensor::all() {
  const auto columns = view_.shape.back();
  return rows(0, static_cast<int64_t>(count_of(view_)) / columns);
}

void Tensor::check_values() const {
  const auto bad = find_not_finite_block(view_.dtype, view_.bytes);
  if (!bad) return;
  throw BadInput(file_.path(), "tensor " + shown(view_.name) +
                                   " holds NaN or infinity (block " +
                                   std::to_string(*bad) + ")");
}

void copy_values(const TensorView& view, uint64_t first, std::span<float> out) {
  if (view.paired_rows == 0) return copy_stored(view, first, out);
  // The numbers of a vector are rows of one number.
  const auto columns =
      static_cast<uint64_t>(view.shape.size() == 1 ? 1 : view.shape.back());
  for (size_t at = 0; at < out.size(); at += columns) {
    const auto row = static_cast<int64_t>((first + at) / columns);
    copy_stored(view, static_cast<uint64_t>(view.stored_row(row)) * columns,
                out.subspan(at, columns));
  }
}

}  // namespace pi_ring
