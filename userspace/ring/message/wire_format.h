// How rows of numbers lie in a message: as they do in memory, or packed, since
// the wires are the slowest part of a ring of Pis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pi_ring {

// What a payload is made of. A row is packed by itself: what becomes of it does
// not depend on the rows that travel with it. The bits are the same on every
// processor, and what is not finite does not become so on the way.
enum class Type : uint8_t {
  kBytes = 0,  // no rows
  kF32 = 1,    // as they are
  kF16 = 2,    // IEEE halves: rounded to nearest, ties to even; what is finite
               // stays so, at most 65504
  kQ8 = 3,     // blocks of kQ8Block values, a row's last may be shorter: a
               // step as a half, then a signed byte a value, in such steps. One
               // value that is not finite makes NaN of its block.
};

inline constexpr size_t kQ8Block = 32;

size_t bytes_of_row(Type type, size_t width);

// x [rows, width] as bytes, and back; `type` is one of rows.
void pack_rows(Type type, std::span<const float> x, size_t width,
               std::span<std::byte> bytes);
void unpack_rows(Type type, std::span<const std::byte> bytes, size_t width,
                 std::span<float> x);

// Where rows meet a link: bytes that are not the floats themselves have their
// room here.
class RowPacker {
 public:
  // The bytes of x [rows, width], valid until the next call.
  std::span<const std::byte> pack(Type type, std::span<const float> x,
                                  size_t width);

  // Where to put the bytes of x, which unpack() turns into x then.
  std::span<std::byte> room_for(Type type, std::span<float> x, size_t width);
  void unpack(Type type, std::span<float> x, size_t width) const;

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace pi_ring
