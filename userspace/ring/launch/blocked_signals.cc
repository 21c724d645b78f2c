// Blocks the signals, and restores mask and actions.
#include "userspace/ring/launch/blocked_signals.h"

#include <cerrno>
#include <system_error>

namespace pi_ring {
namespace {

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

// Returns whether this process ignores the signal, as under nohup.
bool is_ignored(int signal) {
  struct sigaction action = {};
  check(sigaction(signal, nullptr, &action) == 0 ? 0 : errno, "sigaction");
  return action.sa_handler == SIG_IGN;
}

}  // namespace

BlockedSignals::BlockedSignals() {
  sigemptyset(&blocked_);
  sigaddset(&blocked_, SIGCHLD);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // A blocked signal stays pending even if it is ignored, and sigwaitinfo()
    // would return it.
    if (!is_ignored(signal)) sigaddset(&blocked_, signal);
  }
  check(pthread_sigmask(SIG_BLOCK, &blocked_, &mask_before_),
        "pthread_sigmask");
  // If SIGCHLD was ignored, the kernel would reap the children itself, and
  // nobody could say how they ended.
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &action, &child_action_before_);
}

BlockedSignals::~BlockedSignals() {
  sigaction(SIGCHLD, &child_action_before_, nullptr);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void BlockedSignals::restore_mask() const {
  check(pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr),
        "pthread_sigmask");
}

}  // namespace pi_ring
