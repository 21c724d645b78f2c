// A small fast random generator. Tests print its seed, so that any failure can
// be repeated.
#pragma once

#include <cstdint>

namespace pi_ring {

// Mixes the bits of a number (splitmix64's finaliser).
constexpr uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15u); }
  uint64_t below(uint64_t limit) { return next() % limit; }
  uint64_t between(uint64_t low, uint64_t high) {
    return low + below(high - low + 1);
  }
  // True once in `calls` calls on average; never for 0.
  bool once_in(uint64_t calls) { return calls != 0 && below(calls) == 0; }

 private:
  uint64_t state_;
};

}  // namespace pi_ring
