// Stores values as the user wrote them, so that they are checked like given
// ones.
#include "userspace/commands/train/stored_call.h"

#include <filesystem>
#include <vector>

namespace pi_ring {
namespace {

std::vector<std::string> values_of(const CLI::Option& option, bool paths) {
  std::vector<std::string> values;
  for (const std::string& value : option.results()) {
    const bool is_file = paths && std::filesystem::exists(value);
    values.push_back(is_file ? std::filesystem::absolute(value).string()
                             : value);
  }
  return values;
}

}  // namespace

nlohmann::json store_call(const CLI::App& command,
                          const std::set<std::string>& paths,
                          const std::set<std::string>& left_out) {
  auto stored = nlohmann::json::object();
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    if (option->count() > 0 && !left_out.contains(name)) {
      stored[name] = values_of(*option, paths.contains(name));
    }
  }
  return stored;
}

void restore_call(CLI::App& command, const nlohmann::json& stored) {
  for (const auto& [name, values] : stored.items()) {
    CLI::Option* option = command.get_option_no_throw(name);
    if (option == nullptr || option->count() > 0) continue;
    option->add_result(values.get<std::vector<std::string>>());
    option->run_callback();
  }
}

}  // namespace pi_ring
