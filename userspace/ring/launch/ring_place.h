// A rank's place in a ring: which rank it is, and its links to its neighbours.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "userspace/link/link.h"

namespace pi_ring {

// How ranks find each other and start is hidden behind the functions that
// return a place, one for each way: fork_ring() and open_device_ring(). What a
// rank does with its links does not depend on it.
struct RingPlace {
  int rank = 0;
  int ranks = 1;
  // Null in a ring of one.
  Link* up = nullptr;
  Link* down = nullptr;
  // The other ranks serve one head after the other, and so outlive this run.
  bool ranks_are_services = false;
  // Puts an error at one of the links into words, which name the rank that
  // caused it where that is known.
  std::function<std::string(const LinkError&)> explain;
  // Owns the links and what carries them.
  std::shared_ptr<void> owner;

  bool is_alone() const { return ranks == 1; }
};

}  // namespace pi_ring
