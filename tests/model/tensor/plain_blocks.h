// Each quantised type as the format's description has it, byte by byte: what
// pi-ring's readers and products are held to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "model/tensor/dtype.h"

namespace pi_ring {

inline constexpr DType kQuantisedTypes[] = {
    DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1,
    DType::Q8_0, DType::Q4_K, DType::Q5_K, DType::Q6_K};

inline double plain_half(const uint8_t* at) {
  return static_cast<double>(
      from_half(static_cast<uint16_t>(at[0] | (at[1] << 8))));
}

inline int plain_bit(const uint8_t* bits, int i) {
  return (bits[i / 8] >> (i % 8)) & 1;
}

// Q4_0 to Q5_1: where the low bits begin, and whether there are fifth bits.
inline void plain_small(const uint8_t* block, bool has_lowest, bool has_high,
                        std::vector<double>& out) {
  const double d = plain_half(block);
  const double m = has_lowest ? plain_half(block + 2) : 0.0;
  const uint8_t* high = block + (has_lowest ? 4 : 2);
  const uint8_t* low = high + (has_high ? 4 : 0);
  for (int i = 0; i < 32; ++i) {
    int q = i < 16 ? low[i] & 15 : low[i - 16] >> 4;
    if (has_high) q += 16 * plain_bit(high, i);
    const int zero = has_lowest ? 0 : has_high ? 16 : 8;
    out.push_back(d * (q - zero) + m);
  }
}

inline void plain_k(const uint8_t* block, bool has_high,
                    std::vector<double>& out) {
  const double d = plain_half(block);
  const double dmin = plain_half(block + 2);
  const uint8_t* s = block + 4;
  const uint8_t* high = block + 16;
  const uint8_t* low = high + (has_high ? 32 : 0);
  for (int i = 0; i < 256; ++i) {
    const int j = i / 32;
    const int scale =
        j < 4 ? s[j] & 63 : (s[j + 4] & 15) | ((s[j - 4] >> 6) << 4);
    const int least =
        j < 4 ? s[j + 4] & 63 : (s[j + 4] >> 4) | ((s[j] >> 6) << 4);
    const uint8_t byte = low[i / 64 * 32 + i % 32];
    int q = i / 32 % 2 == 0 ? byte & 15 : byte >> 4;
    if (has_high) q += 16 * ((high[i % 32] >> j) & 1);
    out.push_back(d * scale * q - dmin * least);
  }
}

inline void plain_q6_k(const uint8_t* block, std::vector<double>& out) {
  const double d = plain_half(block + 208);
  for (int i = 0; i < 256; ++i) {
    const uint8_t* low = block + i / 128 * 64;
    const uint8_t* high = block + 128 + i / 128 * 32;
    const int l = i % 32;
    const int quarter = i % 128 / 32;
    const uint8_t byte = low[quarter % 2 * 32 + l];
    const int q = (quarter < 2 ? byte & 15 : byte >> 4) |
                  (((high[l] >> (2 * quarter)) & 3) << 4);
    const auto scale = static_cast<int8_t>(block[192 + i / 16]);
    out.push_back(d * scale * (q - 32));
  }
}

inline std::vector<double> plain_values(DType type,
                                        std::span<const uint8_t> bytes) {
  std::vector<double> out;
  for (size_t at = 0; at < bytes.size(); at += block_of(type).bytes) {
    const uint8_t* block = bytes.data() + at;
    if (type == DType::Q4_0) plain_small(block, false, false, out);
    if (type == DType::Q4_1) plain_small(block, true, false, out);
    if (type == DType::Q5_0) plain_small(block, false, true, out);
    if (type == DType::Q5_1) plain_small(block, true, true, out);
    if (type == DType::Q4_K) plain_k(block, false, out);
    if (type == DType::Q5_K) plain_k(block, true, out);
    if (type == DType::Q6_K) plain_q6_k(block, out);
    if (type != DType::Q8_0) continue;
    for (int i = 0; i < 32; ++i) {
      out.push_back(plain_half(block) * static_cast<int8_t>(block[2 + i]));
    }
  }
  return out;
}

// Blocks of any bits, but with scales that are finite and small.
inline std::vector<uint8_t> random_blocks(DType type, uint64_t values,
                                          uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<uint8_t> bytes(bytes_of(type, values));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(generator());
  const auto tame = [&](size_t at) {
    bytes[at + 1] = static_cast<uint8_t>((bytes[at + 1] & 0x83U) | 0x20U);
  };
  const bool has_two = type == DType::Q4_1 || type == DType::Q5_1 ||
                       type == DType::Q4_K || type == DType::Q5_K;
  for (size_t at = 0; at < bytes.size(); at += block_of(type).bytes) {
    tame(at + (type == DType::Q6_K ? 208 : 0));
    if (has_two) tame(at + 2);
  }
  return bytes;
}

}  // namespace pi_ring
