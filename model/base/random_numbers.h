// Random numbers and random orders. They are computed with integers only, so
// that they are the same on every machine.
#pragma once

#include <cstdint>

namespace pi_ring {

// Each draw adds this to a counter, and mixed_bits() of the counter is the
// random number: SplitMix64.
inline constexpr uint64_t kMixedStep = 0x9E3779B97F4A7C15U;

constexpr uint64_t mixed_bits(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
  return bits ^ (bits >> 31);
}

class RandomNumbers {
 public:
  explicit RandomNumbers(uint64_t seed) : state_(seed) {}

  uint64_t next() { return mixed_bits(state_ += kMixedStep); }

  // A whole number of 53 bits as a fraction: at least 0 and less than 1.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  // Close to a normal distribution with mean 0 and deviation 1: the sum of
  // twelve uniform numbers. A logarithm would be exact, but it differs between
  // C libraries.
  float normal() {
    constexpr int kDraws = 3;  // of four 16-bit numbers each
    constexpr int kMean = 6 * 65535;
    int sum = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      const uint64_t bits = next();
      for (int shift = 0; shift < 64; shift += 16) {
        sum += static_cast<int>((bits >> shift) & 0xFFFFU);
      }
    }
    return static_cast<float>(sum - kMean) * (1.0F / 65536.0F);
  }

 private:
  uint64_t state_;
};

// A random order of 0 .. size-1. It is computed and not stored, so that an
// order of billions takes no memory.
class Permutation {
 public:
  // The size is 1 or more. The same seed gives the same order on every machine.
  Permutation(uint64_t size, uint64_t seed);

  // The index is less than the size, and so is the result. Different indices
  // give different results.
  uint64_t at(uint64_t index) const;

 private:
  uint64_t mixed(uint64_t value) const;

  uint64_t size_;
  uint64_t seed_;
  int half_bits_ = 1;  // mixed() works on numbers of twice as many bits
};

}  // namespace pi_ring
