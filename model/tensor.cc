// A tensor taken from a file: checked at the start, given back at the end.
#include "model/bad_input.h"
#include "model/finite.h"
#include "model/json_text.h"
#include "model/safetensors.h"
#include "model/tensor_values.h"
#include "model/weights.h"

namespace pi_ring {
namespace {

void check_finite(const SafetensorsFile& file, const TensorView& view,
                  std::span<const float> values) {
  const auto bad = find_not_finite(values);
  if (!bad) return;
  throw BadInput(file.path(), "tensor " + shown(view.name) + " holds " +
                                  not_finite_name(values[*bad]) + " (value " +
                                  std::to_string(*bad) + ")");
}

}  // namespace

Tensor::Tensor(const SafetensorsFile& file, const TensorView& view)
    : file_(file), view_(view), values_(values_in_place(view)) {
  if (values_.size() != count_of(view)) {
    converted_.resize(count_of(view));
    copy_values(view, 0, converted_);
    values_ = converted_;
    file.give_back(view);  // the copy is all that will be read
  }
  check_finite(file, view, values_);
}

Tensor::~Tensor() { file_.give_back(view_); }

}  // namespace pi_ring
