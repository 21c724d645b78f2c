// Whether a sanitizer watches, under which a program is several times slower: a
// test that repeats itself hundreds of times may do so less often.
#pragma once

namespace pi_ring {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace pi_ring
