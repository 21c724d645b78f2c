// Lets Ctrl-C and the like end the work at a good moment: SIGINT, SIGTERM and
// SIGHUP are noted, and the work looks whether one has come.
#pragma once

#include <array>
#include <csignal>

namespace pi_ring {

// A signal came that asks for the end. Not a std::exception, so that code which
// handles errors does not catch it.
struct Interrupted {
  int signal;
};

// While one exists, the first of these signals is noted and a second one ends
// the process at once. Work that can be undone calls check(), which throws.
// Work that should be finished first, as a step of a training, says so and asks
// signal(). Where none exists a signal ends the process at once. One at a time.
class StopRequest {
 public:
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  // From now on check() does not throw. `message`, which is never freed, is
  // written to standard error when a signal comes.
  void finish_first(const char* message) const;

  // Returns the signal that was noted; 0: none.
  static int signal();

  // Throws Interrupted where a signal was noted. Costs little, and does nothing
  // where no StopRequest exists.
  static void check();

  // Notes a signal that another thread has received by sigwait(). Returns false
  // where the process has to end at once.
  static bool note(int signal);

 private:
  std::array<struct sigaction, 3> before_{};
};

}  // namespace pi_ring
