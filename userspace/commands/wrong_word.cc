// Compares words by the number of letters to change, the optimal string
// alignment distance: a letter too many, missing, wrong, or two swapped.
#include "userspace/commands/wrong_word.h"

#include <algorithm>
#include <numeric>

namespace pi_ring {
namespace {

size_t changes_between(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last;
  std::vector<size_t> last(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    std::vector<size_t> row(b.size() + 1, i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped =
          i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

// The command that the call got to, such as `checkpoint verify`.
const CLI::App& last_command(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : last_command(*commands.front());
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

std::string with_suggestion(std::string text, const std::string& suggestion) {
  if (!suggestion.empty()) text += "; did you mean " + suggestion + "?";
  return text;
}

std::string unknown_option(const CLI::App& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  return with_suggestion(name + " is not an option of " + full_name(command),
                         nearest(name, names_of_options(command)));
}

std::string unknown_word(const CLI::App& command, const std::string& word) {
  if (word.starts_with("-") && word.size() > 1) {
    return unknown_option(command, word);
  }
  if (!command.get_subcommands(nullptr).empty()) {
    return unknown_command(command, word);
  }
  return "\"" + word + "\" is one word too many for " + full_name(command) +
         ": put a text of several words in quotes";
}

}  // namespace

std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name()
                           : full_name(*parent) + " " + command.get_name();
}

std::string nearest(std::string_view word,
                    const std::vector<std::string>& known) {
  std::string best;
  size_t fewest = word.size() / 3 + 2;  // with as many, it is another word
  for (const std::string& candidate : known) {
    const size_t changes = changes_between(word, candidate);
    if (changes >= fewest || changes >= candidate.size()) continue;
    fewest = changes;
    best = candidate;
  }
  return best;
}

std::string unknown_command(const CLI::App& app, std::string_view word) {
  return with_suggestion(
      std::string(word) + " is not a command of " + full_name(app),
      nearest(word, names_of_commands(app)));
}

std::string explain_parse_error(const CLI::App& app, const CLI::Error& error) {
  const CLI::App& command = last_command(app);
  const std::vector<std::string> unknown = command.remaining();
  const std::string what =
      unknown.empty() ? error.what() : unknown_word(command, unknown.front());
  return what + " (see `" + full_name(command) + " --help`)";
}

}  // namespace pi_ring
