// f32 to stored numbers of all types that are written, blocks among them.
#pragma once

#include <cstddef>
#include <span>

#include "model/tensor/dtype.h"

namespace pi_ring {

// The values are whole blocks and finite; `out` has the bytes that they take.
// Of several scales for a block the one is taken that loses least, by the sum
// of squares. The same values give the same bytes on every machine.
void quantise(DType type, std::span<const float> values,
              std::span<std::byte> out);

}  // namespace pi_ring
