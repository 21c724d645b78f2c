// UTF-8: where characters end, and which bytes are none.
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

// What the text, which must not be empty, begins with: a whole character; a
// character that the text's end cuts; or bytes that no later byte can save and
// that one U+FFFD replaces.
Utf8Sequence first_utf8_sequence(std::string_view text);

// The offset of the first character that is not whole, or npos.
size_t find_invalid_utf8(std::string_view text);

}  // namespace pi_ring
