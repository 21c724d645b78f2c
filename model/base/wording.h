// How errors word what a file holds: on one line, and not at any length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pi_ring {

// "the text" in quotes, control characters and quotes escaped, cut when long.
std::string in_quotes(std::string_view text);

// 32000 as 32,000.
std::string grouped(int64_t number);

}  // namespace pi_ring
