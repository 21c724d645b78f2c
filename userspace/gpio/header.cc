#include "userspace/gpio/header.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <stdexcept>

namespace pi_ring {
namespace {

// The controllers of Pi 1 to 3, 4 and 5. Older kernels give a Pi 4's the first
// name.
constexpr std::array<std::string_view, 3> kHeaderChips = {
    "pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"};

bool is_wanted(const GpioChip& chip, const std::string& wish) {
  if (wish.empty()) {
    return std::ranges::find(kHeaderChips, chip.label) != kHeaderChips.end();
  }
  return wish == chip.label || wish == chip.path || "/dev/" + wish == chip.path;
}

std::string names_of(const std::vector<GpioChip>& chips) {
  std::string names;
  for (const GpioChip& chip : chips) {
    names += (names.empty() ? "" : ", ") + chip.path + " (" + chip.label + ")";
  }
  return names.empty()
             ? "none that this user may open: are you in the group gpio?"
             : names;
}

}  // namespace

unsigned header_pin(unsigned gpio) {
  constexpr std::array<unsigned, 28> pins = {
      27, 28, 3,  5,  7,  29, 31, 26, 24, 21, 19, 23, 32, 33,
      8,  10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13};
  return gpio < pins.size() ? pins[gpio] : 0;
}

GpioChip find_gpio_chip(const std::string& wish) {
  const auto chips = gpio_chips();
  for (const GpioChip& chip : chips) {
    if (is_wanted(chip, wish)) return chip;
  }
  throw std::runtime_error(
      (wish.empty() ? "no GPIO chip of a Raspberry Pi's header"
                    : "no GPIO chip \"" + wish + "\"") +
      " (there is " + names_of(chips) + "): --chip names one");
}

std::string advice_on(const GpioError& error) {
  switch (error.error()) {
    case EBUSY:
      return std::filesystem::exists("/sys/module/pi_ring")
                 ? std::string(error.what()) +
                       ": the link's driver has it; sudo modprobe -r pi_ring "
                       "releases it"
                 : std::string(error.what()) +
                       ": stop that program, or turn its driver off in "
                       "config.txt (GPIO 7-11 are SPI's: dtparam=spi=off)";
    case EACCES:
    case EPERM:
      return std::string(error.what()) + ": are you in the group gpio?";
    default:
      return error.what();
  }
}

}  // namespace pi_ring
