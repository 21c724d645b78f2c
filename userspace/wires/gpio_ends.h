// Ends of wires that are GPIO lines.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "userspace/wires/ends.h"

namespace pi_ring {

class GpioEnds : public Ends {
 public:
  // Throws GpioError. `look` is called at each pause.
  GpioEnds(const GpioChip& chip, std::span<const unsigned> lines,
           void (*look)());

  void listen(size_t end, Pull pull) override { lines_[end]->listen(pull); }
  void raise(size_t end) override { lines_[end]->drive(1); }
  EndSet levels() override;
  Time now() override;
  void pause(Time time) override;

 private:
  // One request for each line, as their directions change one by one.
  std::vector<std::unique_ptr<GpioLines>> lines_;
  void (*look_)();
};

}  // namespace pi_ring
