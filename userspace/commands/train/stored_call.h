// The options of a call, put into a checkpoint to be found again by a run that
// resumes it.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace pi_ring {

// Of all options but `left_out`: what was given, by name. `paths` become
// absolute, for the run may be resumed from elsewhere.
nlohmann::json store_call(const CLI::App& command,
                          const std::set<std::string>& paths,
                          const std::set<std::string>& left_out);

// Gives the options that this call leaves open what the stored one gave them.
// Throws CLI::Error where a value no longer fits.
void restore_call(CLI::App& command, const nlohmann::json& stored);

}  // namespace pi_ring
