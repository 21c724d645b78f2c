// How long the tests of a link wait.
#pragma once

#include <chrono>

#include "userspace/link/link.h"

namespace pi_ring {

// Long enough that only a fault reaches it, short enough to end a broken test.
inline Deadline in_time() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(60);
}

// For what must not come.
inline Deadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
}

}  // namespace pi_ring
