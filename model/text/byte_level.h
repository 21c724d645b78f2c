// The spelling of GPT-2's vocabulary: each of the 256 bytes is a character that
// can be printed. 'Ġ' is the space.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pi_ring {

// The character of a byte, as UTF-8.
std::string byte_level_character(unsigned char byte);

// The bytes that the piece spells; nothing if it has other characters.
std::optional<std::string> bytes_of_byte_level(std::string_view piece);

}  // namespace pi_ring
