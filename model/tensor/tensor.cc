// A tensor read front to back: checked as it is taken, given back behind.
#include "model/tensor/tensor.h"

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/tensor/finite.h"
#include "model/tensor/safetensors.h"
#include "model/tensor/tensor_values.h"

namespace pi_ring {
namespace {

// `first` is the index of the first of the values in the tensor.
void check_finite(const SafetensorsFile& file, const TensorView& view,
                  std::span<const float> values, uint64_t first) {
  const auto bad = find_not_finite(values);
  if (!bad) return;
  throw BadInput(file.path(), "tensor " + shown(view.name) + " holds " +
                                  not_finite_name(values[*bad]) + " (value " +
                                  std::to_string(first + *bad) + ")");
}

}  // namespace

Tensor::Tensor(const SafetensorsFile& file, const TensorView& view)
    : file_(file), view_(view) {}

Tensor::~Tensor() { file_.give_back(view_.bytes); }

std::span<const float> Tensor::rows(int64_t first, int64_t count) {
  const auto columns = static_cast<uint64_t>(view_.shape.back());
  const uint64_t begin = static_cast<uint64_t>(first) * columns;
  const uint64_t size = static_cast<uint64_t>(count) * columns;
  // From the start, so that no page is kept because two pieces share it.
  file_.give_back(view_.bytes.first(begin * size_of(view_.dtype)));
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

}  // namespace pi_ring
