// A small fast generator whose seed is printed, so that any failure can be run
// again.
#ifndef PI_RING_TESTS_PROTO_RANDOM_H_
#define PI_RING_TESTS_PROTO_RANDOM_H_

#include <cstdint>

namespace pi_ring {

// One well-mixed number of 64 bits for another (splitmix64's finaliser).
constexpr uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15u); }
  uint64_t Below(uint64_t limit) { return Next() % limit; }
  uint64_t Between(uint64_t low, uint64_t high) {
    return low + Below(high - low + 1);
  }
  // True once in so many calls on average; never for 0.
  bool OnceIn(uint64_t calls) { return calls != 0 && Below(calls) == 0; }

 private:
  uint64_t state_;
};

}  // namespace pi_ring

#endif  // PI_RING_TESTS_PROTO_RANDOM_H_
