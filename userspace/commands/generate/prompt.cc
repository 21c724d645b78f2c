// Reads from descriptors to the end, and takes nothing but text.
#include "userspace/commands/generate/prompt.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/open_file.h"
#include "model/text/text_file.h"

namespace pi_ring {
namespace {

constexpr size_t kLongestPrompt = size_t{64} << 20;  // bytes

// Reads to the end. `name` is for errors.
std::string read_text(int descriptor, const std::filesystem::path& name) {
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
    if (text.size() > kLongestPrompt) {
      throw BadInput(name, "is longer than 64 MiB, expected a prompt");
    }
  }
  return text;
}

// A file of one line ends with a line end, which is not part of the prompt.
std::string without_last_line_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

std::string checked_text(std::string text, const std::filesystem::path& name) {
  check_text(text, name);
  return without_last_line_end(std::move(text));
}

// A named pipe will do, as in `-f <(command)`.
OpenFile open_prompt(const std::filesystem::path& path) {
  OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw BadInput(path, std::strerror(errno));
  return file;
}

std::string read_standard_input() {
  const std::filesystem::path name = "standard input";
  return checked_text(read_text(STDIN_FILENO, name), name);
}

}  // namespace

void PromptOptions::add_to(CLI::App& command) {
  text_option_ = command.add_option(
      "-p,--prompt,PROMPT", text_,
      "The beginning of the text; may be empty. Without it, or with -, it is "
      "read from standard input unless that is a terminal");
  file_option_ = command.add_option("-f,--file", file_,
                                    "Read the prompt from a text file");
  file_option_->excludes(text_option_);
}

std::string PromptOptions::read() const {
  if (file_option_->count() > 0) {
    return checked_text(read_text(open_prompt(file_).get(), file_), file_);
  }
  const bool is_asked_to_read = text_option_->count() > 0 && text_ == "-";
  if (is_asked_to_read) return read_standard_input();
  if (text_option_->count() > 0) return text_;
  return isatty(STDIN_FILENO) == 1 ? "" : read_standard_input();
}

}  // namespace pi_ring
