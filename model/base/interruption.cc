// Notes a signal in its handler, or in the thread that received it.
#include "model/base/interruption.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace pi_ring {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

// Handlers and several threads use these.
static_assert(std::atomic<int>::is_always_lock_free &&
              std::atomic<bool>::is_always_lock_free &&
              std::atomic<const char*>::is_always_lock_free);
std::atomic<bool> request_exists{false};
std::atomic<bool> check_throws{false};
std::atomic<int> noted_signal{0};
std::atomic<int> repeats_left{0};
std::atomic<const char*> message_when_noted{nullptr};

// The terminal sends SIGINT through the kernel, for Ctrl-C.
bool is_from_keyboard(const siginfo_t& received) {
  return received.si_signo == SIGINT && received.si_code == SI_KERNEL;
}

void act_on(int signal, siginfo_t* received, void* /*context*/) {
  if (StopRequest::note(*received)) return;
  // The signal is blocked in its handler, so the raised one ends the process
  // when the handler returns.
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  std::raise(signal);
}

}  // namespace

StopRequest::StopRequest() {
  noted_signal = 0;
  repeats_left = kRepeats;
  message_when_noted = nullptr;
  check_throws = true;
  request_exists = true;
  struct sigaction action {};
  action.sa_sigaction = act_on;
  action.sa_flags = SA_SIGINFO;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &before_[i]);
    // A signal that is ignored, as under nohup, stays ignored.
    if (before_[i].sa_handler != SIG_IGN) {
      sigaction(kSignals[i], &action, nullptr);
    }
  }
}

StopRequest::~StopRequest() {
  request_exists = false;
  check_throws = false;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], &before_[i], nullptr);
  }
}

void StopRequest::finish_first(const char* message) const {
  message_when_noted = message;
  check_throws = false;
}

int StopRequest::signal() { return noted_signal; }

void StopRequest::check() {
  if (check_throws && noted_signal != 0) throw Interrupted{noted_signal};
}

bool StopRequest::note(const siginfo_t& received) {
  if (!request_exists) return false;
  int none = 0;
  if (!noted_signal.compare_exchange_strong(none, received.si_signo)) {
    return !is_from_keyboard(received) && repeats_left-- > 0;
  }
  if (const char* message = message_when_noted) {
    const int error = errno;
    [[maybe_unused]] const ssize_t written =
        write(STDERR_FILENO, message, std::strlen(message));
    errno = error;
  }
  return true;
}

}  // namespace pi_ring
