// Adam with decoupled weight decay.
#pragma once

#include <cstdint>
#include <span>

#include "model/math/pool.h"
#include "model/train/parameter.h"

namespace pi_ring {

struct AdamWOptions {
  float beta1 = 0.9F;
  float beta2 = 0.95F;
  float epsilon = 1e-8F;
  float weight_decay = 0.1F;  // of the parameters that decay
};

class AdamW {
 public:
  explicit AdamW(const AdamWOptions& options) : options_(options) {}

  // Moves the values against their gradients times `scale` (of the clipping).
  // Steps count from 1. The gradients stay as they are.
  void update(const Pool& pool, std::span<Parameter* const> parameters,
              float learning_rate, float scale, int64_t step) const;

 private:
  AdamWOptions options_;
};

// What the gradients are multiplied by, so that their norm over the whole model
// is at most `limit`; 1 where limit is 0, which stands for no clipping.
float clip_scale(double sum_of_squares, float limit);

}  // namespace pi_ring
