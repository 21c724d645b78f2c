// Rounds values one by one.
#include "model/tensor/narrow.h"

#include "model/tensor/half_float.h"

namespace pi_ring {

std::vector<uint16_t> narrowed(std::span<const float> values, DType type) {
  std::vector<uint16_t> result(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    result[i] =
        type == DType::F16 ? to_half(values[i]) : to_bfloat16(values[i]);
  }
  return result;
}

}  // namespace pi_ring
