// Lets Ctrl-C and the like end the work at a good moment: SIGINT, SIGTERM and
// SIGHUP are noted, and the work looks whether one has come.
#pragma once

#include <array>
#include <csignal>

namespace pi_ring {

// A signal came that asks for the end, or would have come (SIGPIPE). Not a
// std::exception, so that code which handles errors does not catch it.
struct Interrupted {
  int signal;
};

// While one exists, the first of these signals is noted and the next request
// ends the process at once. Work that can be undone calls check(), which
// throws. Work that should be finished first, as a step of a training, says so
// and asks signal(). Where none exists a signal ends the process at once. One
// at a time.
//
// One request may arrive as several signals: `timeout` signals its child and
// then the whole group, and forwards what it receives itself; a shell whose
// terminal is closed repeats SIGHUP. No clock tells these from a second
// request, as a loaded machine may pause the sender between two of them. So
// only Ctrl-C counts as a request each time; kRepeats other signals after the
// first do not.
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

  // Notes a signal that another thread has received by sigwaitinfo(). Returns
  // false where the process has to end at once.
  static bool note(const siginfo_t& received);

  // One from `timeout` that signals its group, or two from one that was
  // signalled together with this process.
  static constexpr int kRepeats = 2;

 private:
  std::array<struct sigaction, 3> before_{};
};

}  // namespace pi_ring
