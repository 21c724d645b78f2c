// Checks the values of options, with errors for people.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <sstream>
#include <string>

namespace pi_ring {

// Accepts a number from least to most, and nothing else: not even nan.
template <typename Number>
CLI::Validator between(Number least, Number most) {
  std::ostringstream range;
  range << "from " << least << " to " << most;
  return {[=, text = range.str()](std::string& value) -> std::string {
            Number number{};
            const bool fits = CLI::detail::lexical_cast(value, number) &&
                              number >= least && number <= most;
            return fits ? "" : value + " is not a number " + text;
          },
          "", "between"};
}

// Accepts a whole number of 64 bits. Without this check a larger one would be
// cut to fit.
inline CLI::Validator seed() {
  return {[](std::string& value) -> std::string {
            uint64_t number = 0;
            const char* end = value.data() + value.size();
            const auto [last, error] =
                std::from_chars(value.data(), end, number);
            return error == std::errc() && last == end
                       ? ""
                       : value + " is not a whole number from 0 to 2^64 - 1";
          },
          "", "seed"};
}

inline constexpr int kMostRanks = 1024;
inline constexpr int kMostThreads = 256;
inline constexpr int kMostTokens = 1'000'000'000;

}  // namespace pi_ring
