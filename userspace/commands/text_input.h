// Texts that a call names, or that are piped into it.
#pragma once

#include <filesystem>
#include <string>

namespace pi_ring {

// Both read to the end, and throw BadInput at more than 64 MiB. A file may be a
// named pipe, as in `-f <(command)`.
std::string read_standard_input();
std::string read_input_file(const std::filesystem::path& path);

}  // namespace pi_ring
