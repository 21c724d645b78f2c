// A link inside one process, for tests: the twin of the real transports.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "userspace/link/link.h"

namespace pi_ring {

// The two ends of a link that holds up to `capacity` bytes a direction, so
// that a sender feels a slow receiver as it would on a real one. An end closes
// the link when it is destroyed; the ends may go in any order.
std::pair<std::unique_ptr<Link>, std::unique_ptr<Link>> make_memory_link(
    size_t capacity);

// Breaks such a link, as a cable that is pulled does: what is under way is
// lost, and both ends are told.
void break_memory_link(Link& end);

}  // namespace pi_ring
