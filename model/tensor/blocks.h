// Stored numbers of all types that are read, blocks among them, as f32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "model/tensor/dtype.h"

namespace pi_ring {

// `bytes` are the whole blocks that hold out.size() values.
void read_values(DType type, std::span<const std::byte> bytes,
                 std::span<float> out);

// The index of the first block that holds a NaN or an infinity, or nothing if
// all values are finite. A number without a block is one by itself.
std::optional<uint64_t> find_not_finite_block(DType type,
                                              std::span<const std::byte> bytes);

}  // namespace pi_ring
