// The bytes that a test of a link sends: known to both ends from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pi_ring {

inline constexpr size_t kByteValues = 256;

// The bytes of the stream of this seed from `position` on: first every value
// in its turn, then chance.
void fill_pattern(uint64_t seed, uint64_t position, std::span<std::byte> bytes);

// Throws std::runtime_error that names the first byte that is not as it was
// sent; `where` is the beginning of what it says.
void check_pattern(const char* where, uint64_t seed, uint64_t position,
                   std::span<const std::byte> bytes);

}  // namespace pi_ring
