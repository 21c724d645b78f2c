// Writes to standard output, where a full disk is an error, and single lines to
// standard error.
#pragma once

#include <string_view>

namespace pi_ring {

// Writes and flushes. Throws std::system_error where that fails, and
// Interrupted by SIGPIPE where the reader is gone, as in `pi-ring generate |
// head`.
void write_output(std::string_view text);

// Writes "pi-ring: " and the text to standard error, as one line without what a
// terminal would obey: the text may quote a file or a neighbour.
void tell_user(std::string_view text);

}  // namespace pi_ring
