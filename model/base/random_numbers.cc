// A permutation is a Feistel network: each round keeps one half of the bits and
// uses it to change the other half, so that different values stay different,
// whatever the rounds compute.
#include "model/base/random_numbers.h"

namespace pi_ring {
namespace {

constexpr int kRounds = 6;

}  // namespace

Permutation::Permutation(uint64_t size, uint64_t seed)
    : size_(size), seed_(mixed_bits(seed + kMixedStep)) {
  while (half_bits_ < 32 && (uint64_t{1} << (2 * half_bits_)) < size_) {
    ++half_bits_;
  }
}

uint64_t Permutation::mixed(uint64_t value) const {
  const uint64_t mask = (uint64_t{1} << half_bits_) - 1;
  uint64_t left = value >> half_bits_;
  uint64_t right = value & mask;
  for (uint64_t round = 0; round < kRounds; ++round) {
    const uint64_t changed =
        left ^ (mixed_bits(seed_ ^ (round << 56) ^ right) & mask);
    left = right;
    right = changed;
  }
  return left << half_bits_ | right;
}

// The network permutes a power of four numbers. A result that is not less than
// the size is mixed again, until one is; that takes less than four steps on
// average.
uint64_t Permutation::at(uint64_t index) const {
  uint64_t value = mixed(index);
  while (value >= size_) value = mixed(value);
  return value;
}

}  // namespace pi_ring
