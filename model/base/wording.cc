// Escapes quotes and groups digits.
#include "model/base/wording.h"

#include <cstdio>

#include "model/base/utf8.h"

namespace pi_ring {
namespace {

constexpr size_t kLongestQuote = 40;  // bytes of the original

std::string escaped(char byte) {
  char text[5];
  std::snprintf(text, sizeof text, "\\x%02X", static_cast<unsigned char>(byte));
  return text;
}

bool is_plain(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character[0]);
  return byte >= 0x20 && byte != 0x7F && byte != '"' && byte != '\\';
}

// Unicode's Cc: C0, DEL and C1, whose codes 0x80 to 0x9F begin with 0xC2.
bool is_control(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character[0]);
  if (byte < 0x80) return byte < 0x20 || byte == 0x7F;
  return byte == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string words = "\"";
  size_t offset = 0;
  while (offset < text.size() && offset < kLongestQuote) {
    const Utf8Sequence sequence = first_utf8_sequence(text.substr(offset));
    const std::string_view character = text.substr(offset, sequence.length);
    if (sequence.state == Utf8State::kWhole && is_plain(character)) {
      words += character;
    } else {
      for (const char byte : character) words += escaped(byte);
    }
    offset += sequence.length;
  }
  return words + (offset < text.size() ? "...\"" : "\"");
}

std::string on_one_line(std::string_view text, size_t most) {
  std::string line;
  size_t offset = 0;
  while (offset < text.size()) {
    const Utf8Sequence sequence = first_utf8_sequence(text.substr(offset));
    const std::string_view character = text.substr(offset, sequence.length);
    const bool is_shown =
        sequence.state == Utf8State::kWhole && !is_control(character);
    const std::string_view shown = is_shown ? character : "?";
    if (line.size() + shown.size() > most) break;
    line += shown;
    offset += sequence.length;
  }
  return line;
}

std::string grouped_digits(const std::string& digits) {
  std::string words;
  for (size_t i = 0; i < digits.size(); ++i) {
    const bool after_digit = i > 0 && digits[i - 1] != '-';
    if (after_digit && (digits.size() - i) % 3 == 0) words += ',';
    words += digits[i];
  }
  return words;
}

}  // namespace pi_ring
