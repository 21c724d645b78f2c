// How the learning rate changes over the steps.
#pragma once

#include <cstdint>

namespace pi_ring {

struct ScheduleOptions {
  enum class Kind { kConstant, kCosine };

  Kind kind = Kind::kCosine;
  float learning_rate = 1e-3F;  // at its highest
  float minimum = 0.0F;         // what the cosine ends at
  int64_t warmup = 0;           // steps of a linear rise first
  int64_t steps = 1;            // of the whole run
};

// Steps count from 1: the first of a warm-up has 1/warmup of the rate, the last
// step of a cosine the minimum.
float learning_rate(const ScheduleOptions& options, int64_t step);

}  // namespace pi_ring
