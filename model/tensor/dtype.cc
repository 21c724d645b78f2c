// The table of types, and rounding of many values.
#include "model/tensor/dtype.h"

#include <array>

namespace pi_ring {
namespace {

struct Row {
  std::string_view name;
  BlockSize block;
};

// In the order of DType.
constexpr std::array kRows = {
    Row{"F32", {1, 4}},      Row{"F16", {1, 2}},     Row{"BF16", {1, 2}},
    Row{"F64", {1, 8}},      Row{"I64", {1, 8}},     Row{"I32", {1, 4}},
    Row{"I16", {1, 2}},      Row{"I8", {1, 1}},      Row{"U64", {1, 8}},
    Row{"U32", {1, 4}},      Row{"U16", {1, 2}},     Row{"U8", {1, 1}},
    Row{"BOOL", {1, 1}},     Row{"F8_E4M3", {1, 1}}, Row{"F8_E5M2", {1, 1}},
    Row{"Q4_0", {32, 18}},   Row{"Q4_1", {32, 20}},  Row{"Q5_0", {32, 22}},
    Row{"Q5_1", {32, 24}},   Row{"Q8_0", {32, 34}},  Row{"Q4_K", {256, 144}},
    Row{"Q5_K", {256, 176}}, Row{"Q6_K", {256, 210}}};
static_assert(kRows.size() == static_cast<size_t>(DType::Q6_K) + 1);

}  // namespace

BlockSize block_of(DType type) {
  return kRows.at(static_cast<size_t>(type)).block;
}

std::string_view name_of(DType type) {
  return kRows.at(static_cast<size_t>(type)).name;
}

std::optional<DType> dtype_of(std::string_view name) {
  for (size_t i = 0; i < kRows.size(); ++i) {
    const auto type = static_cast<DType>(i);
    if (kRows[i].name == name && !is_quantised(type)) return type;
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
