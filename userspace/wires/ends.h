// The ends of wires that a test can drive. An end is an input or driven high,
// never driven low, so two ends on one wire do not fight.
#pragma once

#include <bitset>
#include <chrono>
#include <cstddef>

#include "userspace/gpio/header.h"

namespace pi_ring {

// This bank's ends in the order of its wires. If both banks belong to this Pi,
// the other bank's ends follow from kWires on.
inline constexpr size_t kMostEnds = 2 * kWires;
using EndSet = std::bitset<kMostEnds>;

class Ends {
 public:
  using Time = std::chrono::microseconds;  // since any fixed moment

  virtual ~Ends() = default;

  // Makes an end an input with this pull.
  virtual void listen(size_t end, Pull pull) = 0;

  // Drives an end high until listen().
  virtual void raise(size_t end) = 0;

  // Reads all ends, one after the other.
  virtual EndSet levels() = 0;

  virtual Time now() = 0;
  virtual void pause(Time time) = 0;
};

}  // namespace pi_ring
