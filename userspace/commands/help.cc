// `pi-ring help`: the help of a command, as `pi-ring COMMAND --help` has it.
#include <memory>
#include <string>
#include <vector>

#include "userspace/commands/command.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/wrong_word.h"

namespace pi_ring {
namespace {

const CLI::App& command_named(const CLI::App& app, const std::string& word) {
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_name() == word) return *command;
  }
  throw WrongCall(unknown_command(app, word) + " (see `pi-ring help`)");
}

// App::help() would print the help of the command that was called: this one.
std::string help_of(const CLI::App& command) {
  return command.get_formatter()->make_help(&command, full_name(command),
                                            CLI::AppFormatMode::Normal);
}

}  // namespace

void add_help(CLI::App& app) {
  auto words = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand("help", "Explains a command");
  command->add_option("COMMAND", *words, "Such as `generate`");
  command->footer("Example:\n  pi-ring help generate");
  command->callback([&app, words] {
    const CLI::App* named = &app;
    for (const std::string& word : *words) {
      named = &command_named(*named, word);
    }
    write_output(help_of(*named));
  });
}

}  // namespace pi_ring
