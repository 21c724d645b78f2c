// Chooses the next token from the logits. The same seed gives the same choices.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "model/base/random_numbers.h"

namespace pi_ring {

struct SamplingOptions {
  float temperature = 0.8F;  // 0 always takes the likeliest token
  float top_p = 0.9F;        // 1 keeps all tokens
  int top_k = 0;             // 0 keeps all tokens
  // Leaves out what is less likely than this share of the likeliest.
  float min_p = 0.0F;
  // Divides the logits of tokens seen lately, or multiplies those below 0.
  float repeat_penalty = 1.0F;
  uint64_t seed = 1;
};

class Sampler {
 public:
  explicit Sampler(const SamplingOptions& options);

  int sample(std::span<const float> logits);

  // Tells it a token of the text, the prompt's too, for the penalty.
  void see(int token);
  // These are never chosen.
  void exclude(std::vector<int> tokens) { excluded_ = std::move(tokens); }

 private:
  std::span<const float> adjusted(std::span<const float> logits);

  SamplingOptions options_;
  RandomNumbers random_;
  std::deque<int> seen_;  // the newest is the last
  std::vector<int> excluded_;
  std::vector<float> adjusted_;
  std::vector<std::pair<float, int>> candidates_;
};

}  // namespace pi_ring
