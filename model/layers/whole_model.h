// A model that is not cut, in one process: what it expects after each token.
#pragma once

#include <functional>
#include <span>

#include "model/layers/classifier.h"
#include "model/layers/embedding.h"
#include "model/layers/stage.h"
#include "model/math/pool.h"

namespace pi_ring {

class WholeModel {
 public:
  // The weights are of the only shard. They and the pool outlive this. Keys and
  // values are kept as the type says.
  WholeModel(const Weights& weights, const Pool& pool, DType cache_type);

  // Calls `see` with the logits after each of these tokens, the first of which
  // is at `position`. `see` may change them.
  using See = std::function<void(std::span<float> logits)>;
  void each_logits(std::span<const int> tokens, int position, const See& see);

  // Returns the sum of the losses of all tokens but the first, each expected
  // from those before it.
  double loss_of(std::span<const int> tokens);

 private:
  size_t dim_;
  const Pool& pool_;
  Embedding embedding_;
  Stage stage_;
  TextCache cache_;
  Classifier classifier_;
  FloatBuffer rows_;
  FloatBuffer logits_;
};

}  // namespace pi_ring
