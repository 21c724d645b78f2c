// Formats values into a string, by printf's patterns.
#pragma once

#include <cstdio>
#include <string>

namespace pi_ring {

template <typename... Values>
std::string formatted(const char* pattern, Values... values) {
  const int size = std::snprintf(nullptr, 0, pattern, values...);
  std::string text(static_cast<size_t>(size), '\0');
  // A string has room for the null at its end.
  std::snprintf(text.data(), text.size() + 1, pattern, values...);
  return text;
}

}  // namespace pi_ring
