// The bytes that a test of a link sends. Both ends compute them from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pi_ring {

inline constexpr size_t kByteValues = 256;

// Fills in the bytes of this seed's stream from `position` on: first every
// value in order, then pseudo-random bytes.
void fill_pattern(uint64_t seed, uint64_t position, std::span<std::byte> bytes);

// Throws std::runtime_error if a byte differs from what was sent. The message
// begins with `where` and names the first such byte.
void check_pattern(const char* where, uint64_t seed, uint64_t position,
                   std::span<const std::byte> bytes);

}  // namespace pi_ring
