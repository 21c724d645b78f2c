// Stores the options of a call in a checkpoint, for the run that resumes it.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace pi_ring {

// Returns the options that were given, by name, except `left_out`. The values
// of `paths` become absolute, since the run may be resumed from another folder.
nlohmann::json store_call(const CLI::App& command,
                          const std::set<std::string>& paths,
                          const std::set<std::string>& left_out);

// Sets the options that this call did not give to what the stored call gave.
// Throws CLI::Error where a value is not accepted any more.
void restore_call(CLI::App& command, const nlohmann::json& stored);

}  // namespace pi_ring
