// What is in a block of each quantised type, as GGUF files have it. Where its
// numbers are q, a value is scale * q, minus the offset where there is one.
// All fields are bytes, because blocks are not aligned; numbers of several
// bytes are little-endian.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "model/tensor/dtype.h"

namespace pi_ring {

inline constexpr size_t kSmallBlock = 32;   // values: Q4_0 to Q8_0
inline constexpr size_t kLargeBlock = 256;  // values: K
inline constexpr size_t kHalfBlock = 16;    // of a small one

using Half = std::array<uint8_t, 2>;  // an f16

inline uint16_t bits_of(const Half& half) {
  return static_cast<uint16_t>(half[0] | (half[1] << 8));
}
inline float value_of(const Half& half) { return from_half(bits_of(half)); }
inline Half half_of(float value) {
  const uint16_t bits = to_half(value);
  return {static_cast<uint8_t>(bits), static_cast<uint8_t>(bits >> 8)};
}

// Value i has the low four bits of byte i, value 16 + i the high ones.
using Nibbles = std::array<uint8_t, kHalfBlock>;

// value = scale * (q - 8)
struct BlockQ4_0 {
  Half scale;
  Nibbles low;
};

// value = scale * q + lowest
struct BlockQ4_1 {
  Half scale;
  Half lowest;
  Nibbles low;
};

// value = scale * (q - 16); bit i of `high` is the fifth bit of value i.
struct BlockQ5_0 {
  Half scale;
  std::array<uint8_t, 4> high;
  Nibbles low;
};

// value = scale * q + lowest
struct BlockQ5_1 {
  Half scale;
  Half lowest;
  std::array<uint8_t, 4> high;
  Nibbles low;
};

// value = scale * q
struct BlockQ8_0 {
  Half scale;
  std::array<uint8_t, kSmallBlock> values;  // int8
};

inline constexpr size_t kParts = kLargeBlock / kSmallBlock;

// Six bits of scale and six of offset for each of the eight parts of 32 values.
using PartScales = std::array<uint8_t, 12>;

// value = scale * part's scale * q - offset * part's offset. Parts 2i and 2i+1
// are the low and the high bits of the 32 bytes i.
struct BlockQ4_K {
  Half scale;
  Half offset;
  PartScales parts;
  std::array<uint8_t, kLargeBlock / 2> low;
};

// Bit p of byte i of `high` is the fifth bit of value i of part p.
struct BlockQ5_K {
  Half scale;
  Half offset;
  PartScales parts;
  std::array<uint8_t, kSmallBlock> high;
  std::array<uint8_t, kLargeBlock / 2> low;
};

// value = scale * the int8 of its 16 values * (q - 32). Of each half of the
// block: bytes 0 to 63 of `low` have the low bits of value i in the low half of
// byte i, and of value 64 + i in the high half; byte i of `high` has two bits
// each of the values i, 32 + i, 64 + i and 96 + i.
struct BlockQ6_K {
  std::array<uint8_t, kLargeBlock / 2> low;
  std::array<uint8_t, kLargeBlock / 4> high;
  std::array<uint8_t, kLargeBlock / kHalfBlock> scales;  // int8
  Half scale;
};

static_assert(sizeof(BlockQ4_0) == 18 && sizeof(BlockQ4_1) == 20);
static_assert(sizeof(BlockQ5_0) == 22 && sizeof(BlockQ5_1) == 24);
static_assert(sizeof(BlockQ8_0) == 34 && sizeof(BlockQ4_K) == 144);
static_assert(sizeof(BlockQ5_K) == 176 && sizeof(BlockQ6_K) == 210);

struct PartScale {
  uint8_t scale;
  uint8_t offset;
};

// Parts 0 to 3 have theirs in the low bits of the bytes 0 to 3 and 4 to 7; the
// others in the bytes 8 to 11 and, by two bits, above those.
inline PartScale part_scale(const PartScales& parts, size_t part) {
  const size_t i = part % 4;
  const unsigned scale = parts[i];
  const unsigned offset = parts[4 + i];
  if (part < 4) {
    return {static_cast<uint8_t>(scale & 63U),
            static_cast<uint8_t>(offset & 63U)};
  }
  const unsigned both = parts[8 + i];
  return {static_cast<uint8_t>((both & 15U) | ((scale >> 6U) << 4U)),
          static_cast<uint8_t>((both >> 4U) | ((offset >> 6U) << 4U))};
}

inline void set_part_scale(PartScales& parts, size_t part, PartScale value) {
  const size_t i = part % 4;
  const auto put = [&](size_t at, unsigned mask, unsigned bits) {
    parts[at] = static_cast<uint8_t>((parts[at] & ~mask) | bits);
  };
  if (part < 4) {
    put(i, 63U, value.scale);
    put(4 + i, 63U, value.offset);
    return;
  }
  put(8 + i, 255U, (value.scale & 15U) | ((value.offset & 15U) << 4U));
  put(i, 192U, (value.scale >> 4U) << 6U);
  put(4 + i, 192U, (value.offset >> 4U) << 6U);
}

}  // namespace pi_ring
