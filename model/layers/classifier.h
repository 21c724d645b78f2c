// The end of the model: the last norm and the product with every token's
// vector, which makes the logits.
#pragma once

#include "model/layers/norm.h"
#include "model/math/float_buffer.h"
#include "model/math/linear.h"

namespace pi_ring {

class Classifier {
 public:
  Classifier(const Weights& weights, const Pool& pool);

  // x [dim] -> logits [vocab]
  void forward(const Pool& pool, const float* x, float* logits);

 private:
  Norm norm_;
  Linear linear_;
  FloatBuffer normed_;  // [dim]
};

}  // namespace pi_ring
