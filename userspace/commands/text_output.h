// Writes to standard output, where a full disk is an error.
#pragma once

#include <string_view>

namespace pi_ring {

// Writes and flushes. Throws std::system_error where that fails.
void write_output(std::string_view text);

}  // namespace pi_ring
