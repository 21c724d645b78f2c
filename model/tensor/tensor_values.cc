// Reads f32, f16 and bf16 as f32.
#include "model/tensor/tensor_values.h"

#include <cstring>
#include <stdexcept>

#include "model/tensor/half_float.h"

namespace pi_ring {
namespace {

// Through memcpy, for the header's length puts the data at any address.
template <typename Convert>
void convert(std::span<const std::byte> from, std::span<float> out,
             Convert value_of) {
  for (size_t i = 0; i < out.size(); ++i) {
    uint16_t bits = 0;
    std::memcpy(&bits, from.data() + i * sizeof bits, sizeof bits);
    out[i] = value_of(bits);
  }
}

}  // namespace

std::span<const float> values_in_place(const TensorView& view) {
  const auto address = reinterpret_cast<uintptr_t>(view.bytes.data());
  if (view.dtype != DType::F32 || address % alignof(float) != 0) return {};
  return {reinterpret_cast<const float*>(view.bytes.data()), count_of(view)};
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
