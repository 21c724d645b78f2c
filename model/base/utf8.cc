// Reads UTF-8 by the table of well-formed byte sequences in the Unicode
// standard.
#include "model/base/utf8.h"

namespace pi_ring {
namespace {

// The length that a first byte asks for, and the range of the second byte,
// which excludes overlong forms, surrogates and codes beyond U+10FFFF.
struct Lead {
  size_t length;
  unsigned char low;
  unsigned char high;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

Utf8Sequence first_utf8_sequence(std::string_view text) {
  Lead lead = lead_of(static_cast<unsigned char>(text[0]));
  if (lead.length == 0) return {Utf8State::kInvalid, 1};
  for (size_t i = 1; i < lead.length; ++i) {
    if (i == text.size()) return {Utf8State::kCut, i};
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < lead.low || byte > lead.high) return {Utf8State::kInvalid, i};
    lead.low = 0x80;
    lead.high = 0xBF;
  }
  return {Utf8State::kWhole, lead.length};
}

size_t find_invalid_utf8(std::string_view text) {
  size_t offset = 0;
  while (offset < text.size()) {
    const Utf8Sequence sequence = first_utf8_sequence(text.substr(offset));
    if (sequence.state != Utf8State::kWhole) return offset;
    offset += sequence.length;
  }
  return std::string_view::npos;
}

}  // namespace pi_ring
