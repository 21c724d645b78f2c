// The options of commands that use GPIO lines themselves, without the driver.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "userspace/gpio/header.h"

namespace pi_ring {

struct GpioOptions {
  std::string chip;
  std::vector<unsigned> down_lines{kDownstreamLines.begin(),
                                   kDownstreamLines.end()};
  std::vector<unsigned> up_lines{kUpstreamLines.begin(), kUpstreamLines.end()};

  void add_to(CLI::App& command);

  // As the wires are counted. Throws WrongCall where a line is named twice.
  BankLines down() const;
  BankLines up() const;
  void check() const;
};

}  // namespace pi_ring
