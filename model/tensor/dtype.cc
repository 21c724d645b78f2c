// The table of types, and rounding of many values.
#include "model/tensor/dtype.h"

#include <array>

namespace pi_ring {
namespace {

struct Row {
  std::string_view name;
  size_t size;
};

// In the order of DType.
constexpr std::array kRows = {
    Row{"F32", 4},  Row{"F16", 2},     Row{"BF16", 2},   Row{"F64", 8},
    Row{"I64", 8},  Row{"I32", 4},     Row{"I16", 2},    Row{"I8", 1},
    Row{"U64", 8},  Row{"U32", 4},     Row{"U16", 2},    Row{"U8", 1},
    Row{"BOOL", 1}, Row{"F8_E4M3", 1}, Row{"F8_E5M2", 1}};
static_assert(kRows.size() == static_cast<size_t>(DType::F8_E5M2) + 1);

}  // namespace

size_t size_of(DType type) { return kRows.at(static_cast<size_t>(type)).size; }

std::string_view name_of(DType type) {
  return kRows.at(static_cast<size_t>(type)).name;
}

std::optional<DType> dtype_of(std::string_view name) {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return static_cast<DType>(i);
  }
  return std::nullopt;
}

std::vector<uint16_t> narrowed(std::span<const float> values, DType type) {
  std::vector<uint16_t> result(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    result[i] =
        type == DType::F16 ? to_half(values[i]) : to_bfloat16(values[i]);
  }
  return result;
}

}  // namespace pi_ring
