// Reads and writes a whole file as a string, for tests that damage files.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace pi_ring {

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file_text(const std::filesystem::path& path,
                            const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace pi_ring
