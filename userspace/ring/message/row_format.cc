// Turns floats into bytes and back. IEEE 754 rounds each operation here
// correctly, and the compiler can fuse none with the next, so all processors
// agree.
#include "userspace/ring/message/row_format.h"

#include <algorithm>
#include <cmath>

#include "model/tensor/dtype.h"
#include "userspace/ring/message/little_endian.h"

namespace pi_ring {
namespace {

constexpr float kMostHalf = 65504.0F;
constexpr float kMostSteps = 127.0F;
constexpr uint16_t kHalfNaN = 0x7E00;

bool is_finite(float value) { return std::isfinite(value); }

uint16_t to_finite_half(float value) {
  return to_half(std::clamp(value, -kMostHalf, kMostHalf));
}

void pack_f16(std::span<const float> x, std::span<std::byte> bytes) {
  LittleEndianWriter writer(bytes);
  for (const float value : x) {
    writer.put(is_finite(value) ? to_finite_half(value) : to_half(value));
  }
}

void unpack_f16(std::span<const std::byte> bytes, std::span<float> x) {
  LittleEndianReader reader(bytes);
  for (float& value : x) value = from_half(reader.take<uint16_t>());
}

// Chosen so that the largest value of a block is kMostSteps steps.
uint16_t step_of(std::span<const float> block) {
  if (!std::ranges::all_of(block, is_finite)) return kHalfNaN;
  float most = 0.0F;
  for (const float value : block) most = std::max(most, std::fabs(value));
  return to_finite_half(most / kMostSteps);
}

// Counts in steps as the receiver will see them, and rounds. Zero where the
// step is zero or NaN.
uint8_t steps_in(float value, float step) {
  if (!(step > 0.0F)) return 0;
  const float steps =
      std::clamp(std::nearbyint(value / step), -kMostSteps, kMostSteps);
  return static_cast<uint8_t>(static_cast<int8_t>(steps));
}

void pack_q8(std::span<const float> row, LittleEndianWriter& writer) {
  while (!row.empty()) {
    const auto block = row.first(std::min(kQ8Block, row.size()));
    row = row.subspan(block.size());
    const uint16_t half = step_of(block);
    writer.put(half);
    const float step = from_half(half);
    for (const float value : block) writer.put(steps_in(value, step));
  }
}

void unpack_q8(LittleEndianReader& reader, std::span<float> row) {
  while (!row.empty()) {
    const auto block = row.first(std::min(kQ8Block, row.size()));
    row = row.subspan(block.size());
    const float step = from_half(reader.take<uint16_t>());
    for (float& value : block) {
      value = step *
              static_cast<float>(static_cast<int8_t>(reader.take<uint8_t>()));
    }
  }
}

}  // namespace

size_t bytes_of_row(RowFormat format, size_t width) {
  switch (format) {
    case RowFormat::kBytes:
      break;
    case RowFormat::kF32:
      return width * sizeof(float);
    case RowFormat::kF16:
      return width * sizeof(uint16_t);
    case RowFormat::kQ8:
      return width + (width + kQ8Block - 1) / kQ8Block * sizeof(uint16_t);
  }
  return width;
}

void pack_rows(RowFormat format, std::span<const float> x, size_t width,
               std::span<std::byte> bytes) {
  if (format == RowFormat::kF32) {
    std::ranges::copy(std::as_bytes(x), bytes.begin());
  } else if (format == RowFormat::kF16) {
    pack_f16(x, bytes);
  } else {
    LittleEndianWriter writer(bytes);
    for (; !x.empty(); x = x.subspan(width)) pack_q8(x.first(width), writer);
  }
}

void unpack_rows(RowFormat format, std::span<const std::byte> bytes,
                 size_t width, std::span<float> x) {
  if (format == RowFormat::kF32) {
    std::ranges::copy(bytes, std::as_writable_bytes(x).begin());
  } else if (format == RowFormat::kF16) {
    unpack_f16(bytes, x);
  } else {
    LittleEndianReader reader(bytes);
    for (; !x.empty(); x = x.subspan(width)) unpack_q8(reader, x.first(width));
  }
}

std::span<const std::byte> RowPacker::pack(RowFormat format,
                                           std::span<const float> x,
                                           size_t width) {
  if (format == RowFormat::kF32) return std::as_bytes(x);
  bytes_.resize(x.size() / width * bytes_of_row(format, width));
  pack_rows(format, x, width, bytes_);
  return bytes_;
}

std::span<std::byte> RowPacker::room_for(RowFormat format, std::span<float> x,
                                         size_t width) {
  if (format == RowFormat::kF32) return std::as_writable_bytes(x);
  bytes_.resize(x.size() / width * bytes_of_row(format, width));
  return bytes_;
}

void RowPacker::unpack(RowFormat format, std::span<float> x,
                       size_t width) const {
  if (format != RowFormat::kF32) unpack_rows(format, bytes_, width, x);
}

}  // namespace pi_ring
