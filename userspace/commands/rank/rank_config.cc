// Parses the part of YAML that settings need: a flat mapping, comments, and
// quotes around a value.
#include "userspace/commands/rank/rank_config.h"

#include <fstream>
#include <string>
#include <string_view>

#include "model/base/bad_input.h"

namespace pi_ring {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
         text.back() == text.front();
}

// A comment begins at a '#' that follows a blank or begins the line.
std::string_view without_comment(std::string_view line) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
      return line.substr(0, i);
  }
  return line;
}

class Reader {
 public:
  Reader(const std::filesystem::path& file, CLI::App& command)
      : file_(file), command_(command) {}

  void read() {
    std::ifstream stream(file_);
    if (!stream) throw BadInput(file_, "cannot be read");
    std::string line;
    while (std::getline(stream, line)) {
      ++number_;
      const std::string_view setting = trimmed(without_comment(line));
      if (setting.empty() || setting == "---") continue;
      take(setting);
    }
  }

 private:
  void take(std::string_view setting) {
    const size_t colon = setting.find(':');
    if (colon == std::string_view::npos) refuse("is not \"name: value\"");
    const std::string name(trimmed(setting.substr(0, colon)));
    std::string_view value = trimmed(setting.substr(colon + 1));
    if (is_quoted(value)) value = value.substr(1, value.size() - 2);
    CLI::Option* option = command_.get_option_no_throw("--" + name);
    if (option == nullptr || name == "help" || name == "config") {
      refuse("there is no setting \"" + name + "\"");
    }
    if (value.empty()) refuse(name + " has no value");
    if (option->count() > 0) return;  // the call has set it
    try {
      option->add_result(std::string(value));
      option->run_callback();
    } catch (const CLI::Error& error) {
      refuse(error.what());
    }
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw BadInput(file_, "line " + std::to_string(number_) + ": " + reason);
  }

  const std::filesystem::path& file_;
  CLI::App& command_;
  int number_ = 0;
};

}  // namespace

void read_config_file(const std::filesystem::path& file, CLI::App& command) {
  Reader(file, command).read();
}

}  // namespace pi_ring
