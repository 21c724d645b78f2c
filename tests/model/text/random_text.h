// Random text for tests: any valid UTF-8 except ▁, which these tokenizers read
// as a space.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace pi_ring {

inline std::string utf8_of(uint32_t code) {
  const auto tail = [code](int shift) {
    return static_cast<char>(0x80 | (code >> shift & 0x3F));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), tail(0)};
  if (code < 0x10000) {
    return {static_cast<char>(0xE0 | code >> 12), tail(6), tail(0)};
  }
  return {static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0)};
}

// Most are letters and spaces, so that there is something to merge.
inline uint32_t random_code(std::mt19937& random) {
  switch (random() % 12) {
    case 0:
      return random() % 0x80;
    case 1:
      return 0x80 + random() % 0x2000;
    case 2: {
      const uint32_t code = random() % 0x110000;
      return code >= 0xD800 && code < 0xE000 ? '?' : code;
    }
    case 3:
    case 4:
    case 5:
      return ' ';
    default:
      return "etaoinshrdlu"[random() % 12];
  }
}

inline std::string random_text(std::mt19937& random, int characters) {
  std::string text;
  for (int i = 0; i < characters; ++i) {
    const uint32_t code = random_code(random);
    text += utf8_of(code == 0x2581 ? ' ' : code);
  }
  return text;
}

}  // namespace pi_ring
