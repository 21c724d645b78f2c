// What docs/hardware.md tells people to expect of each board: tables in
// Markdown.
#pragma once

#include <string>
#include <vector>

#include "tests/proto/rate/board.h"

namespace pi_ring {

// How fast a link is, and what it was computed from.
std::string link_table(const std::vector<Board>& boards);

// Tokens per second of four such boards, for models of some sizes.
std::string token_table(const std::vector<Board>& boards);

}  // namespace pi_ring
