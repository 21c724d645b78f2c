// Bytes that the tests of links send.
#pragma once

#include <cstddef>
#include <vector>

namespace pi_ring {

using Bytes = std::vector<std::byte>;

}  // namespace pi_ring
