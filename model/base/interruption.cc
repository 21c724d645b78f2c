// A signal handler sets a flag, and check() reads it.
#include "model/base/interruption.h"

#include <cstddef>

namespace pi_ring {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t signal_seen = 0;

}  // namespace

Interruptible::Interruptible() {
  signal_seen = 0;
  struct sigaction set_flag {};
  set_flag.sa_handler = [](int signal) { signal_seen = signal; };
  for (size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &before_[i]);
    // A signal that was ignored stays ignored, as nohup wants it.
    if (before_[i].sa_handler != SIG_IGN) {
      sigaction(kSignals[i], &set_flag, nullptr);
    }
  }
}

Interruptible::~Interruptible() {
  for (size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], &before_[i], nullptr);
  }
}

void Interruptible::check() {
  if (signal_seen != 0) throw Interrupted{signal_seen};
}

}  // namespace pi_ring
