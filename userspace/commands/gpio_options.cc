#include "userspace/commands/gpio_options.h"

#include <algorithm>
#include <set>

#include "userspace/commands/command.h"

namespace pi_ring {
namespace {

BankLines bank_of(const std::vector<unsigned>& lines) {
  BankLines bank{};
  std::ranges::copy(lines, bank.begin());
  return bank;
}

void add_lines(CLI::App& command, const char* name,
               std::vector<unsigned>& lines, const char* what) {
  command.add_option(name, lines, what)
      ->delimiter(',')
      ->expected(static_cast<int>(kWires))
      ->type_name("D0,...,D7,CLK,ACK");
}

}  // namespace

void GpioOptions::add_to(CLI::App& command) {
  command.add_option("--chip", chip,
                     "GPIO chip, by label or path [the Pi's header]");
  add_lines(command, "--down-lines", down_lines,
            "GPIO numbers of the downstream bank [16-25]");
  add_lines(command, "--up-lines", up_lines,
            "GPIO numbers of the upstream bank [4-13]");
}

void GpioOptions::check() const {
  std::set<unsigned> lines(down_lines.begin(), down_lines.end());
  lines.insert(up_lines.begin(), up_lines.end());
  if (lines.size() != 2 * kWires) {
    throw WrongCall("--down-lines and --up-lines name a GPIO twice");
  }
}

BankLines GpioOptions::down() const { return bank_of(down_lines); }

BankLines GpioOptions::up() const { return bank_of(up_lines); }

}  // namespace pi_ring
