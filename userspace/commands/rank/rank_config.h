// Reads ring.yaml: a YAML mapping from the names of a command's options to
// their values.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>

namespace pi_ring {

// Sets the options that the call did not give. Throws BadInput that names the
// file, the line and the setting.
void read_config_file(const std::filesystem::path& file, CLI::App& command);

}  // namespace pi_ring
