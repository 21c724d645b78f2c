// Chooses the next token from the logits. The same seed gives the same choices.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "model/base/random_numbers.h"

namespace pi_ring {

struct SamplingOptions {
  float temperature = 0.8F;  // 0 always takes the likeliest token
  float top_p = 0.9F;        // 1 keeps all tokens
  int top_k = 0;             // 0 keeps all tokens
  uint64_t seed = 1;
};

class Sampler {
 public:
  explicit Sampler(const SamplingOptions& options);

  int sample(std::span<const float> logits);

 private:
  SamplingOptions options_;
  RandomNumbers random_;
  std::vector<std::pair<float, int>> candidates_;
};

}  // namespace pi_ring
