#include "userspace/wires/gpio_ends.h"

#include <thread>

namespace pi_ring {

GpioEnds::GpioEnds(const GpioChip& chip, std::span<const unsigned> lines,
                   void (*look)())
    : look_(look) {
  for (const unsigned& line : lines) {
    lines_.push_back(
        std::make_unique<GpioLines>(chip, std::span(&line, 1), Pull::kAsIs));
  }
}

EndSet GpioEnds::levels() {
  EndSet levels;
  for (size_t end = 0; end < lines_.size(); ++end) {
    levels[end] = lines_[end]->levels() != 0;
  }
  return levels;
}

Ends::Time GpioEnds::now() {
  return std::chrono::duration_cast<Time>(
      std::chrono::steady_clock::now().time_since_epoch());
}

void GpioEnds::pause(Time time) {
  look_();
  std::this_thread::sleep_for(time);
}

}  // namespace pi_ring
