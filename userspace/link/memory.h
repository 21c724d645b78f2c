// A link inside one process, for tests.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "userspace/link/link.h"

namespace pi_ring {

// Returns the two ends of a link that holds up to `capacity` bytes a direction,
// so that a slow receiver holds up the sender as on a real link. An end closes
// the link when it is destroyed; the ends may be destroyed in any order.
std::pair<std::unique_ptr<Link>, std::unique_ptr<Link>> make_memory_link(
    size_t capacity);

// Breaks such a link as a pulled cable does: the bytes under way are lost, and
// both ends report it.
void break_memory_link(Link& end);

}  // namespace pi_ring
