// f32 values as 16-bit ones.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/tensor/dtype.h"

namespace pi_ring {

// type is F16 or BF16.
std::vector<uint16_t> narrowed(std::span<const float> values, DType type);

}  // namespace pi_ring
