// How rows of numbers are stored in a message: as in memory, or packed, since
// the wires are the slowest part of a ring of Pis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pi_ring {

// What a payload consists of. Each row is packed by itself, so the result does
// not depend on the other rows of a message. All processors produce the same
// bits, and a value that is not finite stays that way.
enum class RowFormat : uint8_t {
  kBytes = 0,  // bytes without rows
  kF32 = 1,    // floats, unchanged
  kF16 = 2,    // IEEE halves, rounded to nearest, ties to even; a finite value
               // stays finite, at most 65504
  kQ8 = 3,     // blocks of kQ8Block values; the last of a row may be shorter. A
               // block is its step as a half, then one signed byte a value that
               // counts steps. A value that is not finite turns its block into
               // NaN.
};

inline constexpr size_t kQ8Block = 32;

size_t bytes_of_row(RowFormat format, size_t width);

// Turn x [rows, width] into bytes and back; `format` is not kBytes.
void pack_rows(RowFormat format, std::span<const float> x, size_t width,
               std::span<std::byte> bytes);
void unpack_rows(RowFormat format, std::span<const std::byte> bytes,
                 size_t width, std::span<float> x);

// Packs rows for a link and unpacks them. It holds the packed bytes; in kF32
// the floats themselves are the bytes.
class RowPacker {
 public:
  // Returns the bytes of x [rows, width], valid until the next call.
  std::span<const std::byte> pack(RowFormat format, std::span<const float> x,
                                  size_t width);

  // Returns where to receive the bytes of x; then unpack() fills x from them.
  std::span<std::byte> room_for(RowFormat format, std::span<float> x,
                                size_t width);
  void unpack(RowFormat format, std::span<float> x, size_t width) const;

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace pi_ring
