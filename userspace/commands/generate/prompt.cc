// Chooses between the call, a file and standard input.
#include "userspace/commands/generate/prompt.h"

#include <unistd.h>

#include <string>
#include <utility>

#include "model/text/text_file.h"
#include "userspace/commands/text_input.h"

namespace pi_ring {
namespace {

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

std::string piped_prompt() {
  return checked_text(read_standard_input(), "standard input");
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
    return checked_text(read_input_file(file_), file_);
  }
  const bool is_asked_to_read = text_option_->count() > 0 && text_ == "-";
  if (is_asked_to_read) return piped_prompt();
  if (text_option_->count() > 0) return text_;
  return isatty(STDIN_FILENO) == 1 ? "" : piped_prompt();
}

}  // namespace pi_ring
