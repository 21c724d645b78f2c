// Which part of the token stream each sequence of each step learns from.
#pragma once

#include <cstdint>
#include <span>

#include "model/text/token_file.h"

namespace pi_ring {

enum class Order {
  kSequential,  // as the stream goes: anyone can repeat it elsewhere
  kShuffled,    // every epoch the same windows in an order of its own
};

// Windows are counted through the run: sequence b of step s, from 0, is window
// s * sequences + b. It is a function of that number alone, so a run goes on
// from any step. kSequential: window w begins at token w * length of the
// circle. kShuffled: of each epoch's size / length windows, a permutation by
// (seed, epoch); they begin at a different place in each epoch, so that no cut
// stays.
class Batches {
 public:
  // Must not outlive the TokenFile.
  Batches(const TokenFile& file, int sequences, int length, Order order,
          uint64_t seed);

  // Steps in which as many tokens are read as the stream has.
  double steps_per_epoch() const;

  // Where window w begins in the stream.
  uint64_t start(uint64_t window) const;

  // [sequences, length + 1]: each row's first `length` tokens are inputs, its
  // last `length` the targets.
  void read(int64_t step, std::span<int> tokens) const;

 private:
  const TokenFile& file_;
  uint64_t sequences_;
  uint64_t length_;
  Order order_;
  uint64_t seed_;
};

}  // namespace pi_ring
