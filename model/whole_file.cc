// Reads a file's bytes into memory.
#include "model/whole_file.h"

#include <fstream>

#include "model/bad_input.h"

namespace pi_ring {

std::string read_whole_file(const std::filesystem::path& file) {
  // A folder opens as a stream too, and a device may never end.
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    throw BadInput(file, error ? error.message() : "not a file");
  }
  const auto size = std::filesystem::file_size(file, error);
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) throw BadInput(file, "cannot be opened");
  std::string bytes(size, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  if (stream.gcount() != static_cast<std::streamsize>(size)) {
    throw BadInput(file, "cannot be read to its end");
  }
  return bytes;
}

}  // namespace pi_ring
