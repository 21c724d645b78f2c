// Finds where UTF-8 characters end, and which bytes are not UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace pi_ring {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

enum class Utf8State { kWhole, kCut, kInvalid };

struct Utf8Sequence {
  Utf8State state;
  size_t length;  // bytes
};

// What the text begins with: a whole character; a character that is cut off at
// the end of the text; or bytes that are invalid whatever follows, which one
// U+FFFD replaces. The text must not be empty.
Utf8Sequence first_utf8_sequence(std::string_view text);

// The offset of the first bytes that are no whole character, or npos.
size_t find_invalid_utf8(std::string_view text);

}  // namespace pi_ring
