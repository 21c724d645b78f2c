// Chooses the next token from the logits; the same seed, the same choices.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pi_ring {

struct SamplingOptions {
  float temperature = 0.8F;  // 0: always the likeliest token
  float top_p = 0.9F;        // 1: off
  int top_k = 0;             // 0: off
  uint64_t seed = 1;
};

class Sampler {
 public:
  explicit Sampler(const SamplingOptions& options);

  int sample(std::span<const float> logits);

 private:
  SamplingOptions options_;
  uint64_t state_;
  std::vector<std::pair<float, int>> candidates_;
};

}  // namespace pi_ring
