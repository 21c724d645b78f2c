// Random numbers and random orders that are the same on every machine: they
// come from integers only.
#pragma once

#include <cstdint>

namespace pi_ring {

// What one draw adds to a counter whose mixed values are random numbers.
inline constexpr uint64_t kMixedStep = 0x9E3779B97F4A7C15U;

constexpr uint64_t mixed_bits(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
  return bits ^ (bits >> 31);
}

// Steps a counter and mixes its bits: integers only, so every machine draws
// the same.
class RandomNumbers {
 public:
  explicit RandomNumbers(uint64_t seed) : state_(seed) {}

  uint64_t next() { return mixed_bits(state_ += kMixedStep); }

  // Close to normal, mean 0 and deviation 1: twelve uniform numbers added up.
  // A logarithm would be exact, and differ between C libraries.
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

class Permutation {
 public:
  // size >= 1. The same seed gives the same order on every machine.
  Permutation(uint64_t size, uint64_t seed);

  // index < size. Different for different indices, and less than size.
  uint64_t at(uint64_t index) const;

 private:
  uint64_t mixed(uint64_t value) const;

  uint64_t size_;
  uint64_t seed_;
  int half_bits_ = 1;  // the values mixed have twice as many
};

}  // namespace pi_ring
