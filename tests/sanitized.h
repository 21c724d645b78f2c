// Tells whether a sanitizer is on. It makes a program several times slower, so
// tests that try hundreds of cases try fewer.
#pragma once

#include <initializer_list>
#include <vector>

namespace pi_ring {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// All of these cases, or the first and the last if a sanitizer is on.
template <typename Case>
std::vector<Case> tried(std::initializer_list<Case> all) {
  if (!kSanitized) return all;
  return {*all.begin(), *(all.end() - 1)};
}

}  // namespace pi_ring
