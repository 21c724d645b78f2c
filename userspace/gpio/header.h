// Where a link's wires are on a Pi's header: the twenty lines, as the overlay
// and the kernel module have them too.
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

// The place of a GPIO on the header of 40 pins; 0 for one that is not there.
unsigned header_pin(unsigned gpio);

// The chip of this path or label; a Pi's header where `wish` is empty. Throws
// std::runtime_error that names what there is.
GpioChip find_gpio_chip(const std::string& wish);

// `error`, and for a line that is in use what to do about that.
std::string advice_on(const GpioError& error);

}  // namespace pi_ring
