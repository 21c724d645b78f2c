// Finds a NaN or an infinity among values.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace pi_ring {

// The index of the first NaN or infinity, or nothing if all values are finite.
std::optional<size_t> find_not_finite(std::span<const float> values);

// "NaN" or "infinity", whichever the value is.
const char* not_finite_name(float value);

}  // namespace pi_ring
