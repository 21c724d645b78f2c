// The types of stored numbers: their names and sizes, and conversions between
// 16-bit floats and f32. block_format.h says what is in a block.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace pi_ring {

// The model reads the first three and those of GGUF that come last. A
// safetensors file may hold tensors of the others beside them.
enum class DType : uint8_t {
  F32,
  F16,
  BF16,
  F64,
  I64,
  I32,
  I16,
  I8,
  U64,
  U32,
  U16,
  U8,
  BOOL,
  F8_E4M3,
  F8_E5M2,
  // Only in GGUF: blocks of 32 values, and of 256 (K).
  Q4_0,
  Q4_1,
  Q5_0,
  Q5_1,
  Q8_0,
  Q4_K,
  Q5_K,
  Q6_K,
};

// What is stored together: one number, or the numbers of a block with their
// scale.
struct BlockSize {
  uint64_t values;
  uint64_t bytes;
};

BlockSize block_of(DType type);
std::string_view name_of(DType type);
// The type that a safetensors file names so.
std::optional<DType> dtype_of(std::string_view name);

inline bool is_quantised(DType type) { return type >= DType::Q4_0; }

// The bytes of one number, for types without blocks.
inline size_t size_of(DType type) { return block_of(type).bytes; }
// `count` must be whole blocks.
inline uint64_t bytes_of(DType type, uint64_t count) {
  return count / block_of(type).values * block_of(type).bytes;
}

// Whether values of this type can be read as f32.
inline bool is_readable(DType type) {
  return type <= DType::BF16 || is_quantised(type);
}

// A 16-bit float becomes the f32 of the same value. An f32 becomes the nearest
// 16-bit float, and of two equally near ones the even one.
inline float from_bfloat16(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

inline uint16_t to_bfloat16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  // A NaN must not become infinity by rounding.
  if ((bits & 0x7FFFFFFFU) > 0x7F800000U) {
    return static_cast<uint16_t>((bits >> 16) | 0x40U);
  }
  const uint32_t half = 0x7FFFU + ((bits >> 16) & 1U);
  return static_cast<uint16_t>((bits + half) >> 16);
}

// f16: 1 sign, 5 exponent (bias 15), 10 mantissa bits.
inline float from_half(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000U) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1FU;
  const uint32_t mantissa = bits & 0x3FFU;
  if (exponent == 0) {  // zero or subnormal: a multiple of 2^-24
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
  }
  const uint32_t wide = exponent == 0x1FU ? 0xFFU : exponent + (127 - 15);
  return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

inline uint16_t to_half(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000U);
  const uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) return sign | 0x7E00U;   // NaN
  if (magnitude >= 0x477FF000U) return sign | 0x7C00U;  // rounds beyond 65504
  if (magnitude < 0x38800000U) {  // below 2^-14: adding 0.5 leaves the
    // multiple of 2^-24, rounded by the hardware, in the lowest bits
    const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
    return static_cast<uint16_t>(
        sign | (std::bit_cast<uint32_t>(shifted) - 0x3F000000U));
  }
  const uint32_t rounded = magnitude + 0xFFFU + ((magnitude >> 13) & 1U);
  return static_cast<uint16_t>(sign | ((rounded >> 13) - (112U << 10)));
}

// Rounds each value to a 16-bit float: `type` is F16 or BF16.
std::vector<uint16_t> narrowed(std::span<const float> values, DType type);

}  // namespace pi_ring
