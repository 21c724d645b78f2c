// A linear rise, then a constant or half a cosine.
#include "model/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pi_ring {

float learning_rate(const ScheduleOptions& options, int64_t step) {
  if (step < options.warmup) {
    return options.learning_rate * static_cast<float>(step) /
           static_cast<float>(options.warmup);
  }
  if (options.kind == ScheduleOptions::Kind::kConstant) {
    return options.learning_rate;
  }
  const int64_t length = std::max<int64_t>(1, options.steps - options.warmup);
  const double way = std::clamp(
      static_cast<double>(step - options.warmup) / static_cast<double>(length),
      0.0, 1.0);
  const double share = 0.5 * (1.0 + std::cos(std::numbers::pi * way));
  return static_cast<float>(
      static_cast<double>(options.minimum) +
      share * static_cast<double>(options.learning_rate - options.minimum));
}

}  // namespace pi_ring
