#include "model/template/characters.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "model/base/utf8.h"

namespace pi_ring {
namespace {

constexpr std::string_view kAsciiWhiteSpace = " \t\n\r\v\f\x1C\x1D\x1E\x1F";

constexpr std::array<std::string_view, 19> kWideWhiteSpace = {
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
    "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

bool is_continuation(char byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

std::string_view first_character_of(std::string_view text) {
  return text.substr(0, first_utf8_sequence(text).length);
}

std::string_view last_character_of(std::string_view text) {
  size_t at = text.size() - 1;
  while (at > 0 && is_continuation(text[at])) --at;
  return text.substr(at);
}

std::vector<size_t> character_places(std::string_view text) {
  std::vector<size_t> places;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is_continuation(text[i])) places.push_back(i);
  }
  places.push_back(text.size());
  return places;
}

size_t count_characters(std::string_view text) {
  return text.size() -
         static_cast<size_t>(std::ranges::count_if(text, is_continuation));
}

bool is_white_space(std::string_view character) {
  if (character.size() == 1)
    return kAsciiWhiteSpace.find(character[0]) != std::string_view::npos;
  return std::ranges::find(kWideWhiteSpace, character) != kWideWhiteSpace.end();
}

size_t white_space_at_beginning(std::string_view text) {
  size_t size = 0;
  while (size < text.size()) {
    const std::string_view next = first_character_of(text.substr(size));
    if (!is_white_space(next)) break;
    size += next.size();
  }
  return size;
}

size_t white_space_at_end(std::string_view text) {
  const size_t size = text.size();
  while (!text.empty()) {
    const std::string_view last = last_character_of(text);
    if (!is_white_space(last)) break;
    text.remove_suffix(last.size());
  }
  return size - text.size();
}

size_t find_text(std::string_view text, std::string_view part, size_t from,
                 Budget& budget) {
  if (from > text.size()) return std::string_view::npos;
  budget.work(text.size() - from + part.size());
  const void* found =
      memmem(text.data() + from, text.size() - from, part.data(), part.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<size_t>(
                                static_cast<const char*>(found) - text.data());
}

std::string utf8_of(unsigned code) {
  const auto tail = [code](int shift) {
    return static_cast<char>(0x80 | (code >> shift & 0x3F));
  };
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
    throw TemplateFault("an escape in a text is no character");
  }
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), tail(0)};
  if (code < 0x10000) {
    return {static_cast<char>(0xE0 | code >> 12), tail(6), tail(0)};
  }
  return {static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace pi_ring
