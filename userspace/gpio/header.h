// The GPIO lines of a link's wires on a Pi's header. The device tree overlay
// has the same twenty numbers.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "userspace/gpio/lines.h"

namespace pi_ring {

// Wires are counted D0 to D7, CLK, ACK.
inline constexpr size_t kDataWires = 8;
inline constexpr size_t kClk = 8;
inline constexpr size_t kAck = 9;
inline constexpr size_t kWires = 10;

using BankLines = std::array<unsigned, kWires>;

inline constexpr BankLines kDownstreamLines = {16, 17, 18, 19, 20,
                                               21, 22, 23, 24, 25};
inline constexpr BankLines kUpstreamLines = {4, 5, 6, 7, 8, 9, 10, 11, 12, 13};

constexpr std::string_view wire_name(size_t wire) {
  constexpr std::array<std::string_view, kWires> names = {
      "D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "CLK", "ACK"};
  return names[wire];
}

// A GPIO's pin on the 40-pin header; 0 if it is not on the header.
unsigned header_pin(unsigned gpio);

// The chip with this path or label, or if `wish` is empty, a Pi's header.
// Throws std::runtime_error with a list of the chips that were found.
GpioChip find_gpio_chip(const std::string& wish);

// The error's text, and advice for the errors that a user can repair.
std::string advice_on(const GpioError& error);

}  // namespace pi_ring
