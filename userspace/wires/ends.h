// The ends of wires that a test holds in its hand. An end is only ever an input
// or driven high: two of these that meet on one wire do not fight.
#pragma once

#include <bitset>
#include <chrono>
#include <cstddef>

#include "userspace/gpio/header.h"

namespace pi_ring {

// This bank's ends in the order of its wires, and where both banks are this
// Pi's, the other bank's from kWires on.
inline constexpr size_t kMostEnds = 2 * kWires;
using EndSet = std::bitset<kMostEnds>;

class Ends {
 public:
  using Time = std::chrono::microseconds;  // since any moment

  virtual ~Ends() = default;

  // An input with this pull.
  virtual void listen(size_t end, Pull pull) = 0;

  // Drives it high, until listen().
  virtual void raise(size_t end) = 0;

  // Of all ends, one after the other.
  virtual EndSet levels() = 0;

  virtual Time now() = 0;
  virtual void pause(Time time) = 0;
};

}  // namespace pi_ring
