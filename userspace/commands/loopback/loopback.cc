// `pi-ring loopback`: does a link carry every byte, how fast, how soon?
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "model/base/interruption.h"
#include "userspace/commands/command.h"
#include "userspace/commands/gpio_options.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/loopback/loopback_report.h"
#include "userspace/commands/text_output.h"
#include "userspace/gpio/bank.h"
#include "userspace/link/device.h"
#include "userspace/link/protocol.h"
#include "userspace/loopback/round_trips.h"
#include "userspace/loopback/stream_test.h"
#include "userspace/loopback/thread_group.h"

namespace pi_ring {
namespace {

struct LoopbackOptions {
  std::string down = kDownDevice;
  std::string up = kUpDevice;
  std::string peer;
  std::string echo;
  uint64_t bytes = 4U << 20;
  int turns = 1000;
  uint64_t seed = 1;
  double patience = 5.0;  // seconds
  bool bitbang = false;
  GpioOptions gpio;
  bool json = false;

  std::chrono::milliseconds patience_ms() const {
    return std::chrono::milliseconds(static_cast<int64_t>(patience * 1000.0));
  }
};

std::unique_ptr<StreamLink> open_bank(const LoopbackOptions& options,
                                      const std::string& bank) {
  const bool down = bank == "down";
  if (!down && bank != "up") {
    throw WrongCall("with --bitbang a bank is down or up, not \"" + bank +
                    "\"");
  }
  try {
    return std::make_unique<ProtocolLink>(
        std::make_unique<GpioBank>(
            find_gpio_chip(options.gpio.chip),
            down ? options.gpio.down() : options.gpio.up(),
            down ? BankRole::kDownstream : BankRole::kUpstream),
        down ? BankRole::kDownstream : BankRole::kUpstream,
        bank + "stream bank");
  } catch (const GpioError& error) {
    throw std::runtime_error(advice_on(error));
  }
}

std::unique_ptr<StreamLink> open_link(const LoopbackOptions& options,
                                      const std::string& name) {
  if (options.bitbang) return open_bank(options, name);
  return std::make_unique<DeviceLink>(name);
}

// Bytes that a run which was killed left on the way would be taken for ours.
void drain(StreamLink& link) {
  std::vector<std::byte> scrap(4096);
  try {
    for (;;) {
      link.receive_some(scrap, std::chrono::steady_clock::now() +
                                   std::chrono::milliseconds(100));
    }
  } catch (const LinkError& error) {
    if (error.kind() == LinkError::Kind::kBroken) return drain(link);
    if (error.kind() != LinkError::Kind::kTimeout) throw;
  }
}

// One line that is written over, for people who watch.
class Progress {
 public:
  explicit Progress(uint64_t bytes)
      : bytes_(bytes), shown_(isatty(STDERR_FILENO) != 0) {}
  ~Progress() {
    if (shown_) std::cerr << "\r\033[K";
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const std::vector<HopFigures>& figures) {
    if (!shown_ || ++looks_ % 10 != 1) return;
    uint64_t least = bytes_;
    for (const HopFigures& hop : figures) {
      least = std::min<uint64_t>(least, hop.checked);
    }
    std::cerr << "\rpi-ring: " << (least >> 10) << " of " << (bytes_ >> 10)
              << " KiB, 0 wrong" << std::flush;
  }

 private:
  uint64_t bytes_;
  bool shown_;
  int looks_ = 0;
};

// One run: the devices, what is sent over them, and what that has shown.
class Loopback {
 public:
  explicit Loopback(const LoopbackOptions& options) : options_(options) {
    if (options.peer.empty()) {
      Link& down = open(options.bitbang ? "down" : options.down);
      Link& up = open(options.bitbang ? "up" : options.up);
      route_.hops.push_back({"down", down, up});
      route_.hops.push_back({"up", up, down});
    } else {
      Link& link = open(options.peer);
      route_.hops.push_back({"there and back", link, link});
    }
    route_.patience = options.patience_ms();
  }

  void run() {
    for (const auto& device : devices_) drain(*device);
    const auto before = statistics();
    try {
      stream();
      report_.round_trips =
          time_round_trips(route_, options_.turns, StopRequest::check);
    } catch (const LinkError& error) {
      throw std::runtime_error(std::string(error.what()) + advice(error));
    }
    for (const auto& [device, now] : statistics()) {
      report_.driver[device] = since(before.at(device), now);
      report_.sample_ns[device] = read_sample_ns(device);
    }
    write_output(options_.json ? loopback_json(report_) + "\n"
                               : loopback_table(report_));
  }

 private:
  Link& open(const std::string& path) {
    devices_.push_back(open_link(options_, path));
    return *devices_.back();
  }

  void stream() {
    StreamTest test(route_, options_.bytes, options_.seed);
    Progress progress(options_.bytes);
    test.run([&] {
      StopRequest::check();
      progress.show(test.figures());
    });
    for (size_t hop = 0; hop < route_.hops.size(); ++hop) {
      report_.hops.push_back({route_.hops[hop].name,
                              test.figures()[hop].checked,
                              test.figures()[hop].seconds});
    }
  }

  const char* advice(const LinkError& error) const {
    if (error.kind() != LinkError::Kind::kTimeout) return "";
    return options_.peer.empty()
               ? "; are the banks wired to each other? pi-ring wires tells"
               : "; does the neighbour run pi-ring loopback --echo, and are "
                 "the wires good? pi-ring wires tells";
  }

  std::map<std::string, DriverStatistics> statistics() const {
    std::map<std::string, DriverStatistics> all;
    for (const auto& device : devices_) {
      auto statistics = read_driver_statistics(device->name());
      if (!statistics.empty()) all[device->name()] = std::move(statistics);
    }
    return all;
  }

  const LoopbackOptions& options_;
  std::vector<std::unique_ptr<StreamLink>> devices_;
  Route route_;
  LoopbackReport report_;
};

// Sends back what comes, and goes on after a break, which is the neighbour's to
// report. A break is told to the reader and to the writer, each once: where the
// writer hears of one that the reader knew, the bytes are of the new stream.
class EchoLoop {
 public:
  explicit EchoLoop(StreamLink& link) : link_(link) {}

  [[noreturn]] void run() {
    for (;;) {
      size_t got = 0;
      if (!whole([&] { got = link_.receive_some(piece_, kForever); })) {
        ++told_reader_;
      } else {
        send_back(got);
      }
    }
  }

 private:
  // False: the stream broke.
  template <typename Act>
  static bool whole(const Act& act) {
    try {
      act();
      return true;
    } catch (const LinkError& error) {
      if (error.kind() != LinkError::Kind::kBroken) throw;
      return false;
    }
  }

  void send_back(size_t count) {
    const auto bytes = std::span(piece_).first(count);
    while (!whole([&] { link_.send(bytes, kForever); })) {
      if (++told_writer_ > told_reader_) return;
    }
  }

  StreamLink& link_;
  std::vector<std::byte> piece_ = std::vector<std::byte>(65536);
  int told_reader_ = 0;
  int told_writer_ = 0;
};

void echo(const LoopbackOptions& options) {
  const auto link = open_link(options, options.echo);
  std::cerr << "pi-ring: sending back what comes from " << options.echo
            << ", until Ctrl-C\n";
  ThreadGroup threads([&link] { link->close(); });
  threads.start([&link] { EchoLoop(*link).run(); });
  threads.finish(StopRequest::check);
}

void loopback(const LoopbackOptions& options) {
  options.gpio.check();
  const StopRequest stop;
  if (!options.echo.empty()) return echo(options);
  Loopback(options).run();
}

}  // namespace

void add_loopback(CLI::App& app) {
  auto options = std::make_shared<LoopbackOptions>();
  CLI::App* command = app.add_subcommand(
      "loopback",
      "Tests a link: every byte value, both ways, rate and latency");
  CLI::Option* down = command
                          ->add_option("--down", options->down,
                                       "The device that the test begins at")
                          ->capture_default_str();
  CLI::Option* up =
      command
          ->add_option("--up", options->up,
                       "The device of this machine that it is wired to")
          ->capture_default_str();
  CLI::Option* peer = command->add_option(
      "--peer", options->peer,
      "Test this one device, whose neighbour runs loopback --echo");
  command
      ->add_option("--echo", options->echo,
                   "Send back what comes from this device, until Ctrl-C")
      ->excludes(peer);
  command
      ->add_option("--bytes", options->bytes,
                   "How many each way; K, M and G are understood [4M]")
      ->transform(CLI::AsSizeValue(false));
  command
      ->add_option("--turns", options->turns, "Round trips of one byte to time")
      ->check(between(0, kMostTokens))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of the bytes and their pieces")
      ->check(seed())
      ->capture_default_str();
  command
      ->add_option("--patience", options->patience,
                   "Seconds until a link that moves nothing is given up")
      ->check(between(0.1, 86400.0))
      ->capture_default_str();
  CLI::Option* bitbang = command->add_flag(
      "--bitbang", options->bitbang,
      "Move the lines from this program, without the driver; --peer and --echo "
      "then name a bank, down or up");
  down->excludes(bitbang);
  up->excludes(bitbang);
  options->gpio.add_to(*command);
  command->add_flag("--json", options->json,
                    "Print the figures as one JSON object");
  command->footer(
      "Examples:\n"
      "  pi-ring loopback                     # one Pi wired to itself\n"
      "  pi-ring loopback --echo /dev/pi-ring-up            # on one Pi, and\n"
      "  pi-ring loopback --peer /dev/pi-ring-down          # on the one "
      "before\n"
      "  pi-ring loopback --bytes 1G --json   # a long test, for a program\n"
      "  pi-ring loopback --bitbang --bytes 256K   # without the driver, slow");
  command->callback([options] { loopback(*options); });
}

}  // namespace pi_ring
