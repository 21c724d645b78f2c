// Parses the call, runs its command, and turns errors into exit statuses.
#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <exception>
#include <new>
#include <string>

#include "model/base/interruption.h"
#include "userspace/commands/command.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/wrong_word.h"

namespace {

constexpr int kFailedRun = 1;
constexpr int kWrongCall = 2;

constexpr std::array kCommands = {
    pi_ring::add_chat,     pi_ring::add_checkpoint, pi_ring::add_eval,
    pi_ring::add_export,   pi_ring::add_generate,   pi_ring::add_help,
    pi_ring::add_import,   pi_ring::add_init,       pi_ring::add_loopback,
    pi_ring::add_quantize, pi_ring::add_rank,       pi_ring::add_serve,
    pi_ring::add_shard,    pi_ring::add_show,       pi_ring::add_tokenize,
    pi_ring::add_train,    pi_ring::add_wires,
};

int run(int argc, char** argv) {
  CLI::App app("Runs transformers on a ring of small computers.", "pi-ring");
  app.set_version_flag("--version", PI_RING_VERSION);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App* parsed, const CLI::Error& error) {
    return "pi-ring: " + pi_ring::explain_parse_error(*parsed, error) + "\n";
  });
  for (const auto& add : kCommands) {
    add(app);
  }
  try {
    if (argc == 1) {
      pi_ring::write_output(app.help());
    } else {
      app.parse(argc, argv);
    }
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongCall;
  } catch (const pi_ring::WrongCall& error) {
    pi_ring::tell_user(error.what());
    return kWrongCall;
  } catch (const std::bad_alloc&) {
    pi_ring::tell_user("out of memory");
    return kFailedRun;
  } catch (const std::exception& error) {
    pi_ring::tell_user(error.what());
    return kFailedRun;
  } catch (const pi_ring::Interrupted& interrupted) {
    // All is cleaned up. The caller sees a process that the signal has ended.
    std::signal(interrupted.signal, SIG_DFL);
    std::raise(interrupted.signal);
    return kFailedRun;
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Writing to a closed pipe is then an error, so that all is cleaned up first.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a file that grows beyond the limit of `ulimit -f`.
  std::signal(SIGXFSZ, SIG_IGN);
  return run(argc, argv);
}
