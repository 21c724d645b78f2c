// Tries several scales a block, fits each by least squares, and keeps the best.
#include "model/tensor/quantise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

#include "model/tensor/block_format.h"

namespace pi_ring {
namespace {

using Values = std::span<const float>;

// The numbers that a value may become.
struct Range {
  int least;
  int most;
};

int nearest(float value, Range range) {
  // In the range first, as far larger values have no place in an int.
  const float kept = std::clamp(value, static_cast<float>(range.least),
                                static_cast<float>(range.most));
  return static_cast<int>(std::nearbyint(kept));
}

float inverse(float scale) { return scale == 0.0F ? 0.0F : 1.0F / scale; }

float farthest_from_zero(Values values) {
  float found = 0.0F;
  for (const float value : values) {
    if (std::abs(value) > std::abs(found)) found = value;
  }
  return found;
}

// The least squares for value = scale * q, where q are the nearest numbers for
// another scale, and what of the squares it explains.
struct ScaleFit {
  float scale = 0.0F;
  float explained = 0.0F;
};

ScaleFit fit_scale(Values values, float guess, Range range) {
  const float factor = inverse(guess);
  float products = 0.0F;
  float squares = 0.0F;
  for (const float value : values) {
    const auto q = static_cast<float>(nearest(value * factor, range));
    products += value * q;
    squares += q * q;
  }
  if (squares == 0.0F) return {};
  return {products / squares, products * products / squares};
}

constexpr int kGuesses = 13;

// Tries scales that bring the value farthest from zero near the range's end.
float best_scale(Values values, Range range) {
  const float farthest = farthest_from_zero(values);
  if (farthest == 0.0F) return 0.0F;
  ScaleFit best;
  const auto consider = [&](float end) {
    const ScaleFit fit = fit_scale(values, farthest / end, range);
    if (fit.explained > best.explained) best = fit;
  };
  for (int i = 0; i < kGuesses; ++i) {
    const float part = 0.88F + 0.02F * static_cast<float>(i);
    consider(part * static_cast<float>(range.least));
  }
  consider(static_cast<float>(range.most));
  return best.scale;
}

struct LineFit {
  float scale = 0.0F;
  float lowest = 0.0F;
  float error = INFINITY;
};

float squared_error(Values values, const LineFit& fit, Range range) {
  const float factor = inverse(fit.scale);
  float sum = 0.0F;
  for (const float value : values) {
    const int q = nearest((value - fit.lowest) * factor, range);
    const float lost = value - (fit.scale * static_cast<float>(q) + fit.lowest);
    sum += lost * lost;
  }
  return sum;
}

// The least squares for value = scale * q + lowest, where q are the nearest
// numbers for the guess.
LineFit fit_line(Values values, const LineFit& guess, Range range,
                 bool is_never_positive) {
  const float factor = inverse(guess.scale);
  double products = 0.0;
  double squares = 0.0;
  double numbers = 0.0;
  double sum = 0.0;
  for (const float value : values) {
    const double q = nearest((value - guess.lowest) * factor, range);
    products += static_cast<double>(value) * q;
    squares += q * q;
    numbers += q;
    sum += static_cast<double>(value);
  }
  const auto count = static_cast<double>(values.size());
  const double determinant = count * squares - numbers * numbers;
  LineFit fit = guess;
  if (determinant > 0.0) {
    fit.scale =
        static_cast<float>((count * products - numbers * sum) / determinant);
    fit.lowest =
        static_cast<float>((squares * sum - numbers * products) / determinant);
  }
  if (is_never_positive && fit.lowest > 0.0F) {
    fit.lowest = 0.0F;
    fit.scale = squares > 0.0 ? static_cast<float>(products / squares) : 0.0F;
  }
  fit.error = squared_error(values, fit, range);
  return fit;
}

LineFit best_line(Values values, int most, bool is_never_positive) {
  const Range range{0, most};
  const auto [low, high] = std::ranges::minmax(values);
  LineFit guess;
  guess.lowest = is_never_positive ? std::min(low, 0.0F) : low;
  LineFit best = guess;
  const float extent = high - guess.lowest;
  if (!(extent > 0.0F)) {
    best.error = 0.0F;
    return best;
  }
  for (int i = 0; i < kGuesses; ++i) {
    guess.scale = extent / (static_cast<float>(most) - 1.0F +
                            0.15F * static_cast<float>(i));
    guess.error = squared_error(values, guess, range);
    if (guess.error < best.error) best = guess;
    const LineFit fit = fit_line(values, guess, range, is_never_positive);
    if (fit.scale > 0.0F && fit.error < best.error) best = fit;
  }
  return best;
}

constexpr Range kFour{0, 15};
constexpr Range kFive{0, 31};

void put_low(Nibbles& low, size_t i, int number) {
  const auto bits = static_cast<unsigned>(number) & 15U;
  uint8_t& byte = low[i % kHalfBlock];
  byte = static_cast<uint8_t>(byte | (i < kHalfBlock ? bits : bits << 4U));
}

void put_fifth(std::array<uint8_t, 4>& high, size_t i, int number) {
  const unsigned bit = (static_cast<unsigned>(number) >> 4U) & 1U;
  high[i / 8] = static_cast<uint8_t>(high[i / 8] | (bit << (i % 8)));
}

template <typename Block>
void encode_centred(Values values, int zero, Block& block) {
  const Range range{-zero, zero - 1};
  block = {};
  block.scale = half_of(best_scale(values, range));
  const float factor = inverse(value_of(block.scale));
  for (size_t i = 0; i < kSmallBlock; ++i) {
    const int number = nearest(values[i] * factor, range) + zero;
    put_low(block.low, i, number);
    if constexpr (requires { block.high; }) put_fifth(block.high, i, number);
  }
}

template <typename Block>
void encode_line(Values values, Range range, Block& block) {
  block = {};
  const LineFit fit = best_line(values, range.most, false);
  block.scale = half_of(fit.scale);
  block.lowest = half_of(fit.lowest);
  const float factor = inverse(value_of(block.scale));
  const float lowest = value_of(block.lowest);
  for (size_t i = 0; i < kSmallBlock; ++i) {
    const int number = nearest((values[i] - lowest) * factor, range);
    put_low(block.low, i, number);
    if constexpr (requires { block.high; }) put_fifth(block.high, i, number);
  }
}

void encode(Values values, BlockQ4_0& block) {
  encode_centred(values, 8, block);
}
void encode(Values values, BlockQ5_0& block) {
  encode_centred(values, 16, block);
}
void encode(Values values, BlockQ4_1& block) {
  encode_line(values, kFour, block);
}
void encode(Values values, BlockQ5_1& block) {
  encode_line(values, kFive, block);
}

void encode(Values values, BlockQ8_0& block) {
  constexpr Range kRange{-127, 127};
  block.scale = half_of(std::abs(farthest_from_zero(values)) /
                        static_cast<float>(kRange.most));
  const float factor = inverse(value_of(block.scale));
  for (size_t i = 0; i < kSmallBlock; ++i) {
    block.values[i] = static_cast<uint8_t>(nearest(values[i] * factor, kRange));
  }
}

constexpr Range kSixBits{0, 63};

// Scales and offsets of the parts, and the numbers of each part that fit what
// they are after rounding.
template <typename Block, typename Put>
void encode_parts(Values values, Range range, Block& block, const Put& put) {
  block = {};
  std::array<LineFit, kParts> fits;
  float scale = 0.0F;
  float offset = 0.0F;
  for (size_t part = 0; part < kParts; ++part) {
    fits[part] = best_line(values.subspan(part * kSmallBlock, kSmallBlock),
                           range.most, true);
    scale = std::max(scale, fits[part].scale);
    offset = std::max(offset, -fits[part].lowest);
  }
  block.scale = half_of(scale / static_cast<float>(kSixBits.most));
  block.offset = half_of(offset / static_cast<float>(kSixBits.most));
  const float to_scale = inverse(value_of(block.scale));
  const float to_offset = inverse(value_of(block.offset));
  for (size_t part = 0; part < kParts; ++part) {
    const int own_scale = nearest(fits[part].scale * to_scale, kSixBits);
    const int own_offset = nearest(-fits[part].lowest * to_offset, kSixBits);
    set_part_scale(
        block.parts, part,
        {static_cast<uint8_t>(own_scale), static_cast<uint8_t>(own_offset)});
    const float factor =
        inverse(value_of(block.scale) * static_cast<float>(own_scale));
    const float lowest =
        value_of(block.offset) * static_cast<float>(own_offset);
    for (size_t i = 0; i < kSmallBlock; ++i) {
      const float value = values[part * kSmallBlock + i];
      put(part, i, nearest((value + lowest) * factor, range));
    }
  }
}

void put_part(std::array<uint8_t, kLargeBlock / 2>& low, size_t part, size_t i,
              int number) {
  const auto bits = static_cast<unsigned>(number) & 15U;
  uint8_t& byte = low[part / 2 * kSmallBlock + i];
  byte = static_cast<uint8_t>(byte | (part % 2 == 0 ? bits : bits << 4U));
}

void encode(Values values, BlockQ4_K& block) {
  encode_parts(values, kFour, block, [&](size_t part, size_t i, int number) {
    put_part(block.low, part, i, number);
  });
}

void encode(Values values, BlockQ5_K& block) {
  encode_parts(values, kFive, block, [&](size_t part, size_t i, int number) {
    put_part(block.low, part, i, number);
    const unsigned bit = static_cast<unsigned>(number) >> 4U;
    block.high[i] = static_cast<uint8_t>(block.high[i] | (bit << part));
  });
}

void put_six(BlockQ6_K& block, size_t i, int number) {
  constexpr size_t kHalf = kLargeBlock / 2;
  const auto bits = static_cast<unsigned>(number + 32);
  const size_t within = i % kHalf;
  uint8_t& low = block.low[i / kHalf * 64 + within % 64];
  uint8_t& high = block.high[i / kHalf * 32 + within % 32];
  low = static_cast<uint8_t>(low | ((bits & 15U) << (within < 64 ? 0U : 4U)));
  high = static_cast<uint8_t>(high | ((bits >> 4U) << (within / 32 * 2)));
}

void encode(Values values, BlockQ6_K& block) {
  constexpr Range kRange{-32, 31};
  constexpr Range kScaleRange{-128, 127};
  block = {};
  std::array<float, kLargeBlock / kHalfBlock> scales{};
  for (size_t i = 0; i < scales.size(); ++i) {
    scales[i] = best_scale(values.subspan(i * kHalfBlock, kHalfBlock), kRange);
  }
  block.scale = half_of(farthest_from_zero(scales) /
                        static_cast<float>(kScaleRange.least));
  const float to_scale = inverse(value_of(block.scale));
  for (size_t i = 0; i < scales.size(); ++i) {
    const int own = nearest(scales[i] * to_scale, kScaleRange);
    block.scales[i] = static_cast<uint8_t>(own);
    const float factor =
        inverse(value_of(block.scale) * static_cast<float>(own));
    for (size_t j = i * kHalfBlock; j < (i + 1) * kHalfBlock; ++j) {
      put_six(block, j, nearest(values[j] * factor, kRange));
    }
  }
}

template <typename Block>
void encode_all(Values values, std::span<std::byte> out, uint64_t size) {
  for (size_t at = 0; at < values.size(); at += size) {
    Block block;
    encode(values.subspan(at, size), block);
    std::memcpy(out.data() + at / size * sizeof block, &block, sizeof block);
  }
}

void encode_numbers(Values values, DType type, std::span<std::byte> out) {
  const std::vector<uint16_t> narrow = narrowed(values, type);
  std::memcpy(out.data(), narrow.data(), out.size());
}

}  // namespace

void quantise(DType type, Values values, std::span<std::byte> out) {
  const uint64_t size = block_of(type).values;
  switch (type) {
    case DType::F32:
      std::memcpy(out.data(), values.data(), out.size());
      return;
    case DType::F16:
    case DType::BF16:
      return encode_numbers(values, type, out);
    case DType::Q4_0:
      return encode_all<BlockQ4_0>(values, out, size);
    case DType::Q4_1:
      return encode_all<BlockQ4_1>(values, out, size);
    case DType::Q5_0:
      return encode_all<BlockQ5_0>(values, out, size);
    case DType::Q5_1:
      return encode_all<BlockQ5_1>(values, out, size);
    case DType::Q8_0:
      return encode_all<BlockQ8_0>(values, out, size);
    case DType::Q4_K:
      return encode_all<BlockQ4_K>(values, out, size);
    case DType::Q5_K:
      return encode_all<BlockQ5_K>(values, out, size);
    case DType::Q6_K:
      return encode_all<BlockQ6_K>(values, out, size);
    default:
      throw std::logic_error(std::string(name_of(type)) + " is not written");
  }
}

}  // namespace pi_ring
