// Blocks the signals and remembers how they were.
#include "userspace/ring/launch/held_signals.h"

#include <cerrno>
#include <system_error>

namespace pi_ring {
namespace {

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

bool is_ignored(int signal) {
  struct sigaction action = {};
  check(sigaction(signal, nullptr, &action) == 0 ? 0 : errno, "sigaction");
  return action.sa_handler == SIG_IGN;
}

}  // namespace

HeldSignals::HeldSignals() {
  sigemptyset(&held_);
  sigaddset(&held_, SIGCHLD);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // Blocked, even an ignored signal would be kept, and then obeyed.
    if (!is_ignored(signal)) sigaddset(&held_, signal);
  }
  check(pthread_sigmask(SIG_BLOCK, &held_, &mask_before_), "pthread_sigmask");
  // If SIGCHLD came to us ignored, the kernel would reap the children itself
  // and nobody could say how they died.
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &action, &child_action_before_);
}

HeldSignals::~HeldSignals() {
  sigaction(SIGCHLD, &child_action_before_, nullptr);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void HeldSignals::release() const {
  check(pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr),
        "pthread_sigmask");
}

}  // namespace pi_ring
