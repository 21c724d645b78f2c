// Lets Ctrl-C end work on files as an error would: by an exception, so that
// what was begun is taken back on the way out.
#pragma once

#include <array>
#include <csignal>

namespace pi_ring {

// A signal came that asks for the end. Not a std::exception: nothing that
// handles errors should take it for one.
struct Interrupted {
  int signal;
};

// While one lives, SIGINT, SIGTERM and SIGHUP only leave a note, which
// check() turns into the exception. One at a time.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

  // Throws Interrupted where a signal has come. Free to call where none lives.
  static void check();

 private:
  std::array<struct sigaction, 3> before_{};
};

}  // namespace pi_ring
