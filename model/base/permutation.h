// A shuffled order of 0 .. size-1 that is computed, not stored: for orders of
// billions of things.
#pragma once

#include <cstdint>

namespace pi_ring {

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
