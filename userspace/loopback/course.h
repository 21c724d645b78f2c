// The way that a test's bytes take: over each link of this machine there and
// back, or to a neighbour that sends back what it gets.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "userspace/link/link.h"

namespace pi_ring {

// What goes into `from` comes out of `to`.
struct Hop {
  std::string name;
  Link& from;
  Link& to;
};

struct Course {
  std::vector<Hop> hops;
  std::chrono::milliseconds patience;  // with a link that moves nothing

  Deadline deadline() const {
    return std::chrono::steady_clock::now() + patience;
  }

  // Ends every wait on it.
  void close() const {
    for (const Hop& hop : hops) {
      hop.from.close();
      hop.to.close();
    }
  }
};

}  // namespace pi_ring
