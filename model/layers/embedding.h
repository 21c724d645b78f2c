// Makes vectors of tokens: rows of the embedding are read from the mapped file
// when they are needed, so that the matrix takes no memory.
#pragma once

#include <span>

#include "model/folder/weights.h"

namespace pi_ring {

class Embedding {
 public:
  // Must not outlive the weights. Throws BadInput at a NaN or an infinity.
  explicit Embedding(const Weights& weights);

  // tokens [rows] -> x [rows, dim]
  void forward(std::span<const int> tokens, float* x) const;

 private:
  const Weights& weights_;
  ModelTensor matrix_;  // [vocab, dim]
};

}  // namespace pi_ring
