// The classifier and the loss: the negative logarithm of the probability of the
// token that comes next.
#pragma once

#include <span>

#include "model/math/pool.h"
#include "model/train/projection.h"
#include "model/train/train_shape.h"

namespace pi_ring {

// The logits of a vocabulary are the largest thing in a small model, so only a
// few rows of them are held at once.
class CrossEntropy {
 public:
  // matrix [vocab, dim]; must outlive this.
  CrossEntropy(Parameter& matrix, const TrainSetup& setup);

  void refresh(const Pool& pool) { projection_.refresh(pool); }

  // x [rows, dim] -> the sum of the rows' losses.
  double forward(const Pool& pool, std::span<const int> targets,
                 const float* x);
  // The same; dx becomes the gradient of x times `scale`, and the matrix's
  // grows by its own. dx may be x.
  double backward(const Pool& pool, std::span<const int> targets, float scale,
                  const float* x, float* dx);

 private:
  double logits(const Pool& pool, std::span<const int> targets, float scale,
                const float* x);

  Projection projection_;
  ProjectionSpace space_;
  FloatBuffer logits_;  // [rows at once, vocab]; then their gradient
  FloatBuffer losses_;  // [rows at once]
  FloatBuffer change_;  // [rows at once, dim]
};

}  // namespace pi_ring
