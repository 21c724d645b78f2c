// Lines that a person types at a terminal, who can edit them, and recall those
// before. This file's source alone knows libedit.
#pragma once

#include <memory>
#include <string>

namespace pi_ring {

class LineEditor {
 public:
  enum class Input {
    kLine,
    kInterrupted,  // Ctrl-C
    kEnd,          // Ctrl-D on an empty line, or the terminal is gone
  };

  // Reads from standard input, and draws on standard error, so that standard
  // output has the answers only. One at a time.
  LineEditor();
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Asks for a line, and puts it into `line` without its end. A line that was
  // interrupted is put there too.
  Input read(std::string& line);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace pi_ring
