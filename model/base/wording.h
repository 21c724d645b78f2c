// Words for messages: quotes from files, on one short line, and large numbers.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace pi_ring {

// The text in quotes, with control characters and quotes escaped, and cut off
// if it is long.
std::string in_quotes(std::string_view text);

std::string grouped_digits(const std::string& digits);

// The number 32000 as 32,000.
template <std::integral Number>
std::string grouped(Number number) {
  return grouped_digits(std::to_string(number));
}

}  // namespace pi_ring
