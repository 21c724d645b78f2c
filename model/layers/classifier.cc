// Where the model ties the two ends, the matrix is the embedding.
#include "model/layers/classifier.h"

#include "model/folder/weights.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

Classifier::Classifier(const Weights& weights, const Pool& pool)
    : norm_(weights, Role::kLastNorm),
      linear_(weights.config().dim, weights.config().vocab, pool),
      normed_(floats(weights.config().dim)) {
  Tensor tensor = weights.take(classifier_of(weights.config()));
  linear_.append(tensor, weights.config().vocab);
}

void Classifier::forward(const Pool& pool, const float* x, float* logits) {
  norm_.forward(1, x, normed_.data());
  linear_.run(pool, 1, normed_.data(), logits);
}

}  // namespace pi_ring
