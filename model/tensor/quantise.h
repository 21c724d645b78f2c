// f32 to stored numbers of all types that are written, blocks among them.
#pragma once

#include <cstddef>
#include <span>

#include "model/tensor/dtype.h"

namespace pi_ring {

// The values are whole blocks and finite; `out` has the bytes that they take.
// It tries several scales for each block, and takes the one with the smallest
// sum of squared errors. The same values give the same bytes on every machine.
void quantise(DType type, std::span<const float> values,
              std::span<std::byte> out);

}  // namespace pi_ring
