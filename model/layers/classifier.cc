// The embedding serves a second time where the model ties the two.
#include "model/layers/classifier.h"

#include "model/folder/weights.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

Classifier::Classifier(const Weights& weights, const Pool& pool)
    : norm_(weights, "model.norm.weight"),
      linear_(weights.config().dim, weights.config().vocab, pool),
      normed_(static_cast<size_t>(weights.config().dim)) {
  const ModelConfig& config = weights.config();
  Tensor tensor =
      weights.take(config.tied ? "model.embed_tokens.weight" : "lm_head.weight",
                   {config.vocab, config.dim});
  linear_.append(tensor, config.vocab);
}

void Classifier::forward(const Pool& pool, const float* x, float* logits) {
  norm_.forward(1, x, normed_.data());
  linear_.run(pool, 1, normed_.data(), logits);
}

}  // namespace pi_ring
