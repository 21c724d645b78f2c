// Numbers windows and finds them in the stream.
#include "model/train/batches.h"

#include <algorithm>
#include <stdexcept>

#include "model/base/random_numbers.h"

namespace pi_ring {

Batches::Batches(const TokenFile& file, int sequences, int length, Order order,
                 uint64_t seed)
    : file_(file),
      sequences_(static_cast<uint64_t>(sequences)),
      length_(static_cast<uint64_t>(length)),
      order_(order),
      seed_(seed) {
  if (sequences < 1 || length < 1) {
    throw std::invalid_argument("a batch has a sequence and a token at least");
  }
}

double Batches::steps_per_epoch() const {
  return static_cast<double>(file_.size()) /
         static_cast<double>(sequences_ * length_);
}

uint64_t Batches::start(uint64_t window) const {
  const uint64_t size = file_.size();
  if (order_ == Order::kSequential) return window * length_ % size;
  const uint64_t windows = std::max(uint64_t{1}, size / length_);
  const uint64_t epoch = window / windows;
  const uint64_t seed = mixed_bits(seed_) + epoch;
  const Permutation permutation(windows, seed);
  const uint64_t shift = mixed_bits(~seed) % size;
  return (permutation.at(window % windows) * length_ + shift) % size;
}

void Batches::read(int64_t step, std::span<int> tokens) const {
  const uint64_t row = length_ + 1;
  if (tokens.size() != sequences_ * row) {
    throw std::invalid_argument("a batch of another size");
  }
  for (uint64_t b = 0; b < sequences_; ++b) {
    const uint64_t window = static_cast<uint64_t>(step) * sequences_ + b;
    file_.copy(start(window), tokens.subspan(b * row, row));
  }
}

}  // namespace pi_ring
