// Reads from descriptors to the end.
#include "userspace/commands/text_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "model/base/bad_input.h"
#include "model/base/open_file.h"

namespace pi_ring {
namespace {

constexpr size_t kLongestInput = size_t{64} << 20;  // bytes

// Reads to the end. `name` is for errors.
std::string read_to_end(int descriptor, const std::filesystem::path& name) {
  std::string text;
  std::array<char, 65536> part{};
  while (true) {
    const ssize_t got = ::read(descriptor, part.data(), part.size());
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw std::system_error(errno, std::generic_category(), name.string());
    }
    text.append(part.data(), static_cast<size_t>(got));
    if (text.size() > kLongestInput) {
      throw BadInput(name, "is longer than 64 MiB");
    }
  }
  return text;
}

}  // namespace

std::string read_standard_input() {
  return read_to_end(STDIN_FILENO, "standard input");
}

std::string read_input_file(const std::filesystem::path& path) {
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw BadInput(path, std::strerror(errno));
  return read_to_end(file.get(), path);
}

}  // namespace pi_ring
