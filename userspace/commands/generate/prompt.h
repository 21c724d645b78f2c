// The prompt of `pi-ring generate`: words of the call, a file, or what is piped
// into it.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

namespace pi_ring {

class PromptOptions {
 public:
  void add_to(CLI::App& command);

  // Returns the prompt; without one in the call, what comes from standard
  // input, or an empty one where that is a terminal. Throws BadInput where a
  // file cannot be read or is not text.
  std::string read() const;

 private:
  std::string text_;
  std::filesystem::path file_;
  CLI::Option* text_option_ = nullptr;
  CLI::Option* file_option_ = nullptr;
};

}  // namespace pi_ring
