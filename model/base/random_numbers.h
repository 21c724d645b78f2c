// Random numbers that are the same on every machine.
#pragma once

#include <cstdint>

#include "model/base/mixed_bits.h"

namespace pi_ring {

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

}  // namespace pi_ring
