// Takes blocks apart, one value at a time.
#include "model/tensor/blocks.h"

#include <cstring>
#include <stdexcept>
#include <string>

#include "model/tensor/block_format.h"

namespace pi_ring {
namespace {

// Copies each value, because the data may be unaligned.
template <typename Convert>
void widen(std::span<const std::byte> from, std::span<float> out,
           Convert value_of) {
  for (size_t i = 0; i < out.size(); ++i) {
    uint16_t bits = 0;
    std::memcpy(&bits, from.data() + i * sizeof bits, sizeof bits);
    out[i] = value_of(bits);
  }
}

int low_bits(const uint8_t* bytes, size_t i) {
  const unsigned byte = bytes[i % kHalfBlock];
  return static_cast<int>(i < kHalfBlock ? byte & 15U : byte >> 4U);
}

int fifth_bit(const std::array<uint8_t, 4>& high, size_t i) {
  return static_cast<int>((high[i / 8] >> (i % 8)) & 1U) << 4;
}

void decode(const BlockQ4_0& block, float* out) {
  const float scale = value_of(block.scale);
  for (size_t i = 0; i < kSmallBlock; ++i) {
    out[i] = scale * static_cast<float>(low_bits(block.low.data(), i) - 8);
  }
}

void decode(const BlockQ4_1& block, float* out) {
  const float scale = value_of(block.scale);
  const float lowest = value_of(block.lowest);
  for (size_t i = 0; i < kSmallBlock; ++i) {
    out[i] = scale * static_cast<float>(low_bits(block.low.data(), i)) + lowest;
  }
}

void decode(const BlockQ5_0& block, float* out) {
  const float scale = value_of(block.scale);
  for (size_t i = 0; i < kSmallBlock; ++i) {
    const int q = low_bits(block.low.data(), i) + fifth_bit(block.high, i);
    out[i] = scale * static_cast<float>(q - 16);
  }
}

void decode(const BlockQ5_1& block, float* out) {
  const float scale = value_of(block.scale);
  const float lowest = value_of(block.lowest);
  for (size_t i = 0; i < kSmallBlock; ++i) {
    const int q = low_bits(block.low.data(), i) + fifth_bit(block.high, i);
    out[i] = scale * static_cast<float>(q) + lowest;
  }
}

void decode(const BlockQ8_0& block, float* out) {
  const float scale = value_of(block.scale);
  for (size_t i = 0; i < kSmallBlock; ++i) {
    out[i] = scale * static_cast<float>(static_cast<int8_t>(block.values[i]));
  }
}

// The low bits of a value of part `part`.
int low_bits(const std::array<uint8_t, kLargeBlock / 2>& low, size_t part,
             size_t i) {
  const unsigned byte = low[part / 2 * kSmallBlock + i];
  return static_cast<int>(part % 2 == 0 ? byte & 15U : byte >> 4U);
}

template <typename Block, typename Number>
void decode_parts(const Block& block, const Number& number, float* out) {
  for (size_t part = 0; part < kParts; ++part) {
    const PartScale own = part_scale(block.parts, part);
    const float scale = value_of(block.scale) * static_cast<float>(own.scale);
    const float offset =
        value_of(block.offset) * static_cast<float>(own.offset);
    for (size_t i = 0; i < kSmallBlock; ++i) {
      *out++ = scale * static_cast<float>(number(part, i)) - offset;
    }
  }
}

void decode(const BlockQ4_K& block, float* out) {
  const auto number = [&](size_t part, size_t i) {
    return low_bits(block.low, part, i);
  };
  decode_parts(block, number, out);
}

void decode(const BlockQ5_K& block, float* out) {
  const auto number = [&](size_t part, size_t i) {
    const unsigned high = (block.high[i] >> part) & 1U;
    return low_bits(block.low, part, i) + static_cast<int>(high << 4U);
  };
  decode_parts(block, number, out);
}

void decode(const BlockQ6_K& block, float* out) {
  constexpr size_t kHalf = kLargeBlock / 2;
  const float scale = value_of(block.scale);
  for (size_t i = 0; i < kLargeBlock; ++i) {
    const size_t half = i / kHalf;
    const size_t within = i % kHalf;
    const unsigned low = block.low[half * kHalf / 2 + within % 64];
    const unsigned high = block.high[half * kHalf / 4 + within % 32];
    const unsigned bits = (within < 64 ? low & 15U : low >> 4U) |
                          (((high >> (within / 32 * 2)) & 3U) << 4U);
    const auto own = static_cast<int8_t>(block.scales[i / kHalfBlock]);
    out[i] = scale * static_cast<float>(own) *
             static_cast<float>(static_cast<int>(bits) - 32);
  }
}

// Calls visit with a pointer to the first block, in the type that it has.
template <typename Visit>
auto with_blocks(DType type, std::span<const std::byte> bytes,
                 const Visit& visit) {
  const std::byte* data = bytes.data();
  switch (type) {
    case DType::Q4_0:
      return visit(reinterpret_cast<const BlockQ4_0*>(data));
    case DType::Q4_1:
      return visit(reinterpret_cast<const BlockQ4_1*>(data));
    case DType::Q5_0:
      return visit(reinterpret_cast<const BlockQ5_0*>(data));
    case DType::Q5_1:
      return visit(reinterpret_cast<const BlockQ5_1*>(data));
    case DType::Q8_0:
      return visit(reinterpret_cast<const BlockQ8_0*>(data));
    case DType::Q4_K:
      return visit(reinterpret_cast<const BlockQ4_K*>(data));
    case DType::Q5_K:
      return visit(reinterpret_cast<const BlockQ5_K*>(data));
    case DType::Q6_K:
      return visit(reinterpret_cast<const BlockQ6_K*>(data));
    default:
      throw std::logic_error(std::string(name_of(type)) +
                             " cannot be read as f32");
  }
}

// The first number whose exponent has all its bits, which are `exponent`.
template <typename Bits>
std::optional<uint64_t> find_bits(std::span<const std::byte> bytes,
                                  Bits exponent) {
  const uint64_t count = bytes.size() / sizeof(Bits);
  for (uint64_t i = 0; i < count; ++i) {
    Bits bits = 0;
    std::memcpy(&bits, bytes.data() + i * sizeof bits, sizeof bits);
    if ((bits & exponent) == exponent) return i;
  }
  return std::nullopt;
}

bool is_finite(const Half& half) { return (half[1] & 0x7CU) != 0x7CU; }

template <typename Block>
bool is_finite_block(const Block& block) {
  if constexpr (requires { block.lowest; }) {
    return is_finite(block.scale) && is_finite(block.lowest);
  } else if constexpr (requires { block.offset; }) {
    return is_finite(block.scale) && is_finite(block.offset);
  } else {
    return is_finite(block.scale);
  }
}

}  // namespace

void read_values(DType type, std::span<const std::byte> bytes,
                 std::span<float> out) {
  switch (type) {
    case DType::F32:
      std::memcpy(out.data(), bytes.data(), out.size_bytes());
      return;
    case DType::F16:
      return widen(bytes, out, from_half);
    case DType::BF16:
      return widen(bytes, out, from_bfloat16);
    default:
      with_blocks(type, bytes, [&](const auto* block) {
        const uint64_t values = block_of(type).values;
        for (size_t at = 0; at < out.size(); at += values) {
          decode(*block++, out.data() + at);
        }
      });
  }
}

std::optional<uint64_t> find_not_finite_block(
    DType type, std::span<const std::byte> bytes) {
  switch (type) {
    case DType::F32:
      return find_bits<uint32_t>(bytes, 0x7F800000U);
    case DType::F16:
      return find_bits<uint16_t>(bytes, 0x7C00U);
    case DType::BF16:
      return find_bits<uint16_t>(bytes, 0x7F80U);
    default:
      break;
  }
  const uint64_t count = bytes.size() / block_of(type).bytes;
  return with_blocks(type, bytes,
                     [&](const auto* block) -> std::optional<uint64_t> {
                       for (uint64_t i = 0; i < count; ++i) {
                         if (!is_finite_block(block[i])) return i;
                       }
                       return std::nullopt;
                     });
}

}  // namespace pi_ring
