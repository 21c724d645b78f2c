// `pi-ring wires`: what is wrong with the wires between two banks?
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "model/base/interruption.h"
#include "userspace/commands/command.h"
#include "userspace/commands/gpio_options.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/wires/wires_report.h"
#include "userspace/wires/echo.h"
#include "userspace/wires/gpio_ends.h"
#include "userspace/wires/inquiry.h"
#include "userspace/wires/own_wires.h"

namespace pi_ring {
namespace {

struct WiresOptions {
  GpioOptions gpio;
  std::string peer;
  std::string echo;
  bool json = false;
};

// The strobe of the Pi at the other end of this bank.
size_t their_strobe(const std::string& bank) {
  return bank == "down" ? kAck : kClk;
}

BankLines lines_of(const WiresOptions& options, const std::string& bank) {
  return bank == "down" ? options.gpio.down() : options.gpio.up();
}

const char* other_bank(const std::string& bank) {
  return bank == "down" ? "up" : "down";
}

void answer_neighbour(const WiresOptions& options, const GpioChip& chip) {
  GpioEnds ends(chip, lines_of(options, options.echo), StopRequest::check);
  Echo echo(ends, their_strobe(other_bank(options.echo)));
  std::cerr << "pi-ring: answering the neighbour's pi-ring wires --peer "
            << other_bank(options.echo) << ", until Ctrl-C\n";
  for (;;) {
    echo.step();
    ends.pause(kLook);
  }
}

WiresReport try_neighbour(const WiresOptions& options, const GpioChip& chip) {
  WiresReport report{.diagnosis = {},
                     .near = lines_of(options, options.peer),
                     .far = lines_of(options, other_bank(options.peer)),
                     .far_is_neighbour = true};
  GpioEnds ends(chip, report.near, StopRequest::check);
  const size_t theirs = their_strobe(options.peer);
  const Evidence evidence = ask_neighbour(ends, theirs);
  report.diagnosis = diagnose(evidence);
  if (evidence.no_answer) {
    std::cerr << "pi-ring: no answer on any wire: does the neighbour run "
                 "pi-ring wires --echo "
              << other_bank(options.peer) << ", is ground connected, and its "
              << wire_name(theirs)
              << "? Without that wire nothing can be asked\n";
  }
  return report;
}

WiresReport try_self(const WiresOptions& options, const GpioChip& chip) {
  WiresReport report{
      .diagnosis = {}, .near = options.gpio.down(), .far = options.gpio.up()};
  std::array<unsigned, kMostEnds> lines{};
  std::ranges::copy(report.far,
                    std::ranges::copy(report.near, lines.begin()).out);
  GpioEnds ends(chip, lines, StopRequest::check);
  report.diagnosis = diagnose(try_own_wires(ends));
  return report;
}

void show(const WiresOptions& options, const WiresReport& report) {
  write_output(options.json ? wires_json(report) + "\n" : wires_table(report));
  const auto bad = std::ranges::count_if(
      report.diagnosis, [](const auto& faults) { return !faults.empty(); });
  if (bad > 0) {
    throw std::runtime_error(std::to_string(bad) + " of " +
                             std::to_string(kWires) + " wires are not good");
  }
}

void wires(const WiresOptions& options) {
  options.gpio.check();
  const StopRequest stop;
  try {
    const GpioChip chip = find_gpio_chip(options.gpio.chip);
    if (!options.echo.empty()) return answer_neighbour(options, chip);
    show(options, options.peer.empty() ? try_self(options, chip)
                                       : try_neighbour(options, chip));
  } catch (const GpioError& error) {
    throw std::runtime_error(advice_on(error));
  }
}

}  // namespace

void add_wires(CLI::App& app) {
  auto options = std::make_shared<WiresOptions>();
  CLI::App* command = app.add_subcommand(
      "wires",
      "Names each wire of a link: good, open, stuck, swapped, shorted");
  CLI::Option* peer =
      command
          ->add_option("--peer", options->peer,
                       "Try this bank's wires to a neighbour, who runs wires "
                       "--echo")
          ->check(CLI::IsMember({"down", "up"}));
  command
      ->add_option("--echo", options->echo,
                   "Answer on this bank's wires, until Ctrl-C")
      ->check(CLI::IsMember({"down", "up"}))
      ->excludes(peer);
  options->gpio.add_to(*command);
  command->add_flag("--json", options->json,
                    "Print what was found as one JSON object");
  command->footer(
      "Needs the driver unloaded (sudo modprobe -r pi_ring). Exit status 1 "
      "where a\nwire is not good.\n"
      "Examples:\n"
      "  pi-ring wires              # one Pi, its two banks wired to each "
      "other\n"
      "  pi-ring wires --echo up    # on one Pi, and\n"
      "  pi-ring wires --peer down  # on the one before it");
  command->callback([options] { wires(*options); });
}

}  // namespace pi_ring
