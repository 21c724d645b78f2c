// A program at a terminal, at which a test types and reads what is shown.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace pi_ring {

class Terminal {
 public:
  // Starts the program with the terminal as its standard input and standard
  // error; standard output goes to the file.
  Terminal(const std::vector<std::string>& call,
           const std::filesystem::path& out);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& keys) const;
  // Waits until this text is shown after what was waited for before, or the
  // program has ended. Returns whether it was shown.
  bool shows(const std::string& text);
  // Waits for the end of the program, and returns its exit status; -1 after a
  // signal.
  int status();

  // All that was shown so far, for a failure's message.
  const std::string& screen() const { return screen_; }

 private:
  bool read_more();

  pid_t pid_ = -1;
  int terminal_ = -1;
  std::string screen_;
  size_t seen_ = 0;  // of the screen
};

}  // namespace pi_ring
