// Reads ring.yaml: the options of a command, one "name: value" a line.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>

namespace pi_ring {

// Sets the options that the call did not give. Throws BadInput that names the
// line.
void read_config_file(const std::filesystem::path& file, CLI::App& command);

}  // namespace pi_ring
