// <0x0A>: the piece that stands for one byte of a character without a piece.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pi_ring {

inline constexpr int kByteValues = 256;

std::string byte_piece(unsigned char byte);

// The byte that the piece stands for, if it is such a piece.
std::optional<unsigned char> byte_of_piece(std::string_view piece);

}  // namespace pi_ring
