// A small file, read in one piece.
#pragma once

#include <filesystem>
#include <string>

namespace pi_ring {

// Throws BadInput where there is no such file, or it cannot be read.
std::string read_whole_file(const std::filesystem::path& file);

}  // namespace pi_ring
