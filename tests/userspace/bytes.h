// What the tests of a link send.
#pragma once

#include <cstddef>
#include <vector>

namespace pi_ring {

using Bytes = std::vector<std::byte>;

}  // namespace pi_ring
