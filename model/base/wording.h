// Words for messages: quotes from files, on one short line, and large numbers.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace pi_ring {

// The text in quotes, with control characters and quotes escaped, and cut off
// if it is long.
std::string in_quotes(std::string_view text);

// The text with a '?' for each control character and for each byte that is not
// UTF-8, because a terminal may obey them, and without what exceeds `most`
// bytes.
std::string on_one_line(std::string_view text, size_t most);

std::string grouped_digits(const std::string& digits);

// The number 32000 as 32,000.
template <std::integral Number>
std::string grouped(Number number) {
  return grouped_digits(std::to_string(number));
}

}  // namespace pi_ring
