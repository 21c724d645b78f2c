// Whether a sanitizer watches, under which a program is several times slower: a
// test that repeats itself hundreds of times may do so less often.
#pragma once

#include <initializer_list>
#include <vector>

namespace pi_ring {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// Of these cases all, or the first and the last where a sanitizer watches.
template <typename Case>
std::vector<Case> tried(std::initializer_list<Case> all) {
  if (!kSanitized) return all;
  return {*all.begin(), *(all.end() - 1)};
}

}  // namespace pi_ring
