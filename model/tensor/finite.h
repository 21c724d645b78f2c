// Looks for a NaN or an infinity among values.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace pi_ring {

// The index of the first value that is neither, or nothing: the good case.
std::optional<size_t> find_not_finite(std::span<const float> values);

// "NaN" or "infinity", for a value that is one of them.
const char* not_finite_name(float value);

}  // namespace pi_ring
