// Checks that values are finite; every weight is checked when it is read.
#include "model/tensor/finite.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace pi_ring {
namespace {

constexpr uint32_t kExponent = 0x7F800000U;
constexpr size_t kBlock = 4096;  // values that are checked without a branch

bool is_not_finite(float value) {
  return (std::bit_cast<uint32_t>(value) & kExponent) == kExponent;
}

// Works on the bits, so that the compiler makes vector instructions of it and
// no option for fast arithmetic removes it.
bool any_not_finite(std::span<const float> values) {
  uint32_t found = 0;
  for (const float value : values) {
    found |= static_cast<uint32_t>(is_not_finite(value));
  }
  return found != 0;
}

}  // namespace

std::optional<size_t> find_not_finite(std::span<const float> values) {
  for (size_t start = 0; start < values.size(); start += kBlock) {
    const auto block =
        values.subspan(start, std::min(kBlock, values.size() - start));
    if (!any_not_finite(block)) continue;
    const auto at = std::find_if(block.begin(), block.end(), is_not_finite);
    return start + static_cast<size_t>(at - block.begin());
  }
  return std::nullopt;
}

const char* not_finite_name(float value) {
  return (std::bit_cast<uint32_t>(value) & ~kExponent & 0x7FFFFFFFU) != 0
             ? "NaN"
             : "infinity";
}

}  // namespace pi_ring
