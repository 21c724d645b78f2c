// Deadlines for the tests of links.
#pragma once

#include <chrono>

#include "userspace/link/link.h"

namespace pi_ring {

// Only a fault reaches this one.
inline Deadline in_time() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(60);
}

// For bytes that must not arrive.
inline Deadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
}

}  // namespace pi_ring
