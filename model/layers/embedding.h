// Makes vectors of tokens and, where they are learned, of positions: rows are
// read from the mapped file when they are needed, so that the matrices take no
// memory.
#pragma once

#include <optional>
#include <span>

#include "model/folder/weights.h"

namespace pi_ring {

class Embedding {
 public:
  // Must not outlive the weights. Throws BadInput at a NaN or an infinity.
  explicit Embedding(const Weights& weights);

  // tokens [rows], from `position` on -> x [rows, dim]
  void forward(std::span<const int> tokens, int position, float* x) const;

 private:
  void check_finite(const ModelTensor& matrix) const;

  const Weights& weights_;
  ModelTensor matrix_;                    // [vocab, dim]
  std::optional<ModelTensor> positions_;  // [context, dim]
};

// One row, by the root of its width: of families that have it so.
void scale_embedding(const ModelConfig& config, float* row);

}  // namespace pi_ring
