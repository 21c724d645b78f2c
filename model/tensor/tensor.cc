// Reads f32, f16 and bf16 as f32, checks the values as they are taken, and
// gives their pages back.
#include "model/tensor/tensor.h"

#include <cstring>
#include <stdexcept>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/tensor/finite.h"

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

// Copies each value, because the length of the header may leave the data
// unaligned.
template <typename Convert>
void convert(std::span<const std::byte> from, std::span<float> out,
             Convert value_of) {
  for (size_t i = 0; i < out.size(); ++i) {
    uint16_t bits = 0;
    std::memcpy(&bits, from.data() + i * sizeof bits, sizeof bits);
    out[i] = value_of(bits);
  }
}

// The values in the map, if the file holds f32 at an aligned address. Empty
// otherwise.
std::span<const float> values_in_place(const TensorView& view) {
  const auto address = reinterpret_cast<uintptr_t>(view.bytes.data());
  if (view.dtype != DType::F32 || address % alignof(float) != 0) return {};
  return {reinterpret_cast<const float*>(view.bytes.data()), count_of(view)};
}

}  // namespace

Tensor::Tensor(const SafetensorsFile& file, const TensorView& view)
    : file_(file), view_(view) {}

Tensor::~Tensor() { file_.give_back(view_.bytes); }

std::span<const float> Tensor::rows(int64_t first, int64_t count) {
  const auto columns = static_cast<uint64_t>(view_.shape.back());
  const uint64_t begin = static_cast<uint64_t>(first) * columns;
  const uint64_t size = static_cast<uint64_t>(count) * columns;
  // Gives back all pages from the start, because rows may share a page.
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

void copy_values(const TensorView& view, uint64_t first, std::span<float> out) {
  if (out.empty()) return;
  const size_t size = size_of(view.dtype);
  const auto from = view.bytes.subspan(first * size, out.size() * size);
  switch (view.dtype) {
    case DType::F32:
      std::memcpy(out.data(), from.data(), from.size());
      return;
    case DType::F16:
      return convert(from, out, from_half);
    case DType::BF16:
      return convert(from, out, from_bfloat16);
    default:
      throw std::logic_error(std::string(name_of(view.dtype)) +
                             " cannot be read as f32");
  }
}

uint64_t count_of(const TensorView& view) {
  return view.bytes.size() / size_of(view.dtype);
}

}  // namespace pi_ring
