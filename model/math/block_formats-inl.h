// How the blocks of each quantised type are taken apart in registers. Included
// once for each set of instructions, inside of Highway's foreach_target, with
// the guard that vector_loops-inl.h explains.
#if defined(PI_RING_BLOCK_FORMATS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PI_RING_BLOCK_FORMATS_INL_H_
#undef PI_RING_BLOCK_FORMATS_INL_H_
#else
#define PI_RING_BLOCK_FORMATS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "model/tensor/block_format.h"

#if HWY_TARGET != HWY_SCALAR

HWY_BEFORE_NAMESPACE();
// HWY_NAMESPACE is another one each time.
namespace pi_ring::simd {  // NOLINT(modernize-concat-nested-namespaces)
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// The 16 numbers of half a small block.
constexpr hn::FixedTag<int8_t, kHalfBlock> kNumbers8;
constexpr hn::FixedTag<uint8_t, kHalfBlock> kBytes8;
using Numbers8 = hn::Vec<decltype(kNumbers8)>;
using Bytes8 = hn::Vec<decltype(kBytes8)>;

struct TwoHalves {
  Numbers8 low;
  Numbers8 high;
};

HWY_INLINE float float_of(const Half& half) {
  const hn::FixedTag<float, 4> floats;
  const hn::Rebind<uint16_t, decltype(floats)> bits;
  const hn::Rebind<hwy::float16_t, decltype(floats)> halves;
  return hn::GetLane(
      hn::PromoteTo(floats, hn::BitCast(halves, hn::Set(bits, bits_of(half)))));
}

HWY_INLINE Bytes8 load_bytes(const uint8_t* from) {
  return hn::LoadU(kBytes8, from);
}

HWY_INLINE Bytes8 low_four(Bytes8 bytes) {
  return hn::And(bytes, hn::Set(kBytes8, uint8_t{15}));
}

HWY_INLINE Bytes8 high_four(Bytes8 bytes) {
  // Highway has no shift of bytes on all targets in its older version.
  const hn::RepartitionToWide<decltype(kBytes8)> words;
  const auto shifted = hn::ShiftRight<4>(hn::BitCast(words, bytes));
  return low_four(hn::BitCast(kBytes8, shifted));
}

HWY_INLINE Numbers8 less(Bytes8 bytes, uint8_t zero) {
  return hn::BitCast(kNumbers8, hn::Sub(bytes, hn::Set(kBytes8, zero)));
}

// 16 in the lanes whose bit of these 16 is set.
HWY_INLINE Bytes8 fifth_bits(const uint8_t* bits) {
  alignas(16) static constexpr uint8_t kBit[kHalfBlock] = {
      1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const hn::Repartition<uint64_t, decltype(kBytes8)> lanes;
  const auto spread =
      hn::InterleaveLower(lanes, hn::Set(lanes, bits[0] * 0x0101010101010101U),
                          hn::Set(lanes, bits[1] * 0x0101010101010101U));
  const auto set =
      hn::TestBit(hn::BitCast(kBytes8, spread), hn::Load(kBytes8, kBit));
  return hn::IfThenElseZero(set, hn::Set(kBytes8, uint8_t{16}));
}

// What a product asks of a type: how many small blocks a block is, and for each
// of these its numbers, scale and offset. A base has what several types share.
template <class OfType>
struct OneScale {
  using Block = OfType;
  static constexpr size_t kSmall = 1;
  static constexpr bool kHasOffset = false;
  static constexpr bool kScalesHalves = false;

  static HWY_INLINE void scales(const Block& block, float* scales, float*) {
    scales[0] = float_of(block.scale);
  }
};

template <class OfType>
struct ScaleAndLowest {
  using Block = OfType;
  static constexpr size_t kSmall = 1;
  static constexpr bool kHasOffset = true;
  static constexpr bool kScalesHalves = false;

  static HWY_INLINE void scales(const Block& block, float* scales,
                                float* offsets) {
    scales[0] = float_of(block.scale);
    offsets[0] = float_of(block.lowest);
  }
};

template <class OfType>
struct ScaledParts {
  using Block = OfType;
  static constexpr size_t kSmall = kParts;
  static constexpr bool kHasOffset = true;
  static constexpr bool kScalesHalves = false;

  static HWY_INLINE void scales(const Block& block, float* scales,
                                float* offsets) {
    const float scale = float_of(block.scale);
    const float offset = -float_of(block.offset);
    for (size_t part = 0; part < kParts; ++part) {
      const PartScale own = part_scale(block.parts, part);
      scales[part] = scale * static_cast<float>(own.scale);
      offsets[part] = offset * static_cast<float>(own.offset);
    }
  }
};

struct FormatQ4_0 : OneScale<BlockQ4_0> {
  static HWY_INLINE TwoHalves numbers(const Block& block, size_t) {
    const Bytes8 bytes = load_bytes(block.low.data());
    return {less(low_four(bytes), 8), less(high_four(bytes), 8)};
  }
};

struct FormatQ4_1 : ScaleAndLowest<BlockQ4_1> {
  static HWY_INLINE TwoHalves numbers(const Block& block, size_t) {
    const Bytes8 bytes = load_bytes(block.low.data());
    return {less(low_four(bytes), 0), less(high_four(bytes), 0)};
  }
};

template <class Block>
HWY_INLINE TwoHalves five_bits(const Block& block, uint8_t zero) {
  const Bytes8 bytes = load_bytes(block.low.data());
  const Bytes8 low = hn::Or(low_four(bytes), fifth_bits(block.high.data()));
  const Bytes8 high =
      hn::Or(high_four(bytes), fifth_bits(block.high.data() + 2));
  return {less(low, zero), less(high, zero)};
}

struct FormatQ5_0 : OneScale<BlockQ5_0> {
  static HWY_INLINE TwoHalves numbers(const Block& block, size_t) {
    return five_bits(block, 16);
  }
};

struct FormatQ5_1 : ScaleAndLowest<BlockQ5_1> {
  static HWY_INLINE TwoHalves numbers(const Block& block, size_t) {
    return five_bits(block, 0);
  }
};

struct FormatQ8_0 : OneScale<BlockQ8_0> {
  static HWY_INLINE TwoHalves numbers(const Block& block, size_t) {
    return {less(load_bytes(block.values.data()), 0),
            less(load_bytes(block.values.data() + kHalfBlock), 0)};
  }
};

struct FormatQ4_K : ScaledParts<BlockQ4_K> {
  static HWY_INLINE TwoHalves numbers(const Block& block, size_t part) {
    const uint8_t* from = block.low.data() + part / 2 * kSmallBlock;
    const Bytes8 first = load_bytes(from);
    const Bytes8 second = load_bytes(from + kHalfBlock);
    if (part % 2 == 0)
      return {less(low_four(first), 0), less(low_four(second), 0)};
    return {less(high_four(first), 0), less(high_four(second), 0)};
  }
};

struct FormatQ5_K : ScaledParts<BlockQ5_K> {
  static HWY_INLINE TwoHalves numbers(const Block& block, size_t part) {
    return {half(block, part, 0), half(block, part, kHalfBlock)};
  }
  static HWY_INLINE Numbers8 half(const Block& block, size_t part, size_t at) {
    const Bytes8 low =
        load_bytes(block.low.data() + part / 2 * kSmallBlock + at);
    const auto bit = static_cast<uint8_t>(1U << part);
    const auto set =
        hn::TestBit(load_bytes(block.high.data() + at), hn::Set(kBytes8, bit));
    const Bytes8 high = hn::IfThenElseZero(set, hn::Set(kBytes8, uint8_t{16}));
    return less(hn::Or(part % 2 == 0 ? low_four(low) : high_four(low), high),
                0);
  }
};

struct FormatQ6_K {
  using Block = BlockQ6_K;
  static constexpr size_t kSmall = kParts;
  static constexpr bool kHasOffset = false;
  static constexpr bool kScalesHalves = true;

  static HWY_INLINE void scales(const Block& block, float* scales, float*) {
    const float scale = float_of(block.scale);
    for (size_t i = 0; i < 2 * kParts; ++i) {
      scales[i] =
          scale * static_cast<float>(static_cast<int8_t>(block.scales[i]));
    }
  }
  static HWY_INLINE TwoHalves numbers(const Block& block, size_t part) {
    return {half(block, part, 0), half(block, part, kHalfBlock)};
  }
  static HWY_INLINE Numbers8 half(const Block& block, size_t part, size_t at) {
    const size_t quarter = part % 4;
    const Bytes8 low =
        load_bytes(block.low.data() + part / 4 * 64 + quarter % 2 * 32 + at);
    const Bytes8 high = load_bytes(block.high.data() + part / 4 * 32 + at);
    return less(hn::Or(quarter < 2 ? low_four(low) : high_four(low),
                       two_bits(high, quarter)),
                32);
  }
  // The two bits of a quarter, as the bits 4 and 5.
  static HWY_INLINE Bytes8 two_bits(Bytes8 high, size_t quarter) {
    const hn::RepartitionToWide<decltype(kBytes8)> words;
    const auto wide = hn::BitCast(words, high);
    const auto moved = quarter == 0   ? hn::ShiftLeft<4>(wide)
                       : quarter == 1 ? hn::ShiftLeft<2>(wide)
                       : quarter == 2 ? wide
                                      : hn::ShiftRight<2>(wide);
    return hn::And(hn::BitCast(kBytes8, moved),
                   hn::Set(kBytes8, uint8_t{0x30}));
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace pi_ring::simd
HWY_AFTER_NAMESPACE();

#endif  // HWY_SCALAR

#endif  // the guard
