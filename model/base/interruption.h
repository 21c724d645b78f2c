// Lets Ctrl-C end work on files by an exception, as an error does, so that
// destructors remove what is half done.
#pragma once

#include <array>
#include <csignal>

namespace pi_ring {

// A signal has asked the program to end. It is not a std::exception, so that
// nothing that handles errors takes it for one.
struct Interrupted {
  int signal;
};

// While an object of this class lives, SIGINT, SIGTERM and SIGHUP only set a
// flag, which check() turns into the exception. There can be one at a time.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

  // Throws Interrupted if a signal has come. Does nothing if no Interruptible
  // lives.
  static void check();

 private:
  std::array<struct sigaction, 3> before_{};
};

}  // namespace pi_ring
