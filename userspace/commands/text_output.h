// Standard output as a place that can fail: a full disk is an error, not
// silence.
#pragma once

#include <string_view>

namespace pi_ring {

// Writes and flushes; throws std::system_error where it cannot.
void write_output(std::string_view text);

}  // namespace pi_ring
