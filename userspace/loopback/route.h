// The links that a test's bytes go over: this machine's own links in both
// directions, or a link to a neighbour that sends everything back.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "userspace/link/link.h"

namespace pi_ring {

// Bytes sent to `from` are received from `to`.
struct Hop {
  std::string name;
  Link& from;
  Link& to;
};

struct Route {
  std::vector<Hop> hops;
  std::chrono::milliseconds patience;  // longest time without a byte

  Deadline deadline() const {
    return std::chrono::steady_clock::now() + patience;
  }

  // Ends every wait on its links.
  void close() const {
    for (const Hop& hop : hops) {
      hop.from.close();
      hop.to.close();
    }
  }
};

}  // namespace pi_ring
