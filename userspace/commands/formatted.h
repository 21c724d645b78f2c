// printf's patterns, into a string.
#pragma once

#include <cstdio>
#include <string>

namespace pi_ring {

template <typename... Values>
std::string formatted(const char* pattern, Values... values) {
  const int size = std::snprintf(nullptr, 0, pattern, values...);
  std::string text(static_cast<size_t>(size), '\0');
  // The null at the end has its place in every string.
  std::snprintf(text.data(), text.size() + 1, pattern, values...);
  return text;
}

}  // namespace pi_ring
