// The warden's thread.
#include "userspace/ring/launch/warden.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace pi_ring {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

timespec as_timespec(nanoseconds time) {
  constexpr long kNanosecondsPerSecond = 1'000'000'000;
  return {static_cast<time_t>(time.count() / kNanosecondsPerSecond),
          static_cast<long>(time.count() % kNanosecondsPerSecond)};
}

// Of several that ended between two looks, one that was killed is the cause;
// one that exited may have done so because its neighbour was gone.
Children::End find_cause(const std::vector<Children::End>& ends) {
  const auto killed = std::find_if(
      ends.begin(), ends.end(),
      [](const Children::End& end) { return WIFSIGNALED(end.status); });
  return killed != ends.end() ? *killed : ends.front();
}

}  // namespace

Warden::Warden(const HeldSignals& signals, Children children,
               std::function<void()> hang_up, OnStop on_stop)
    : signals_(signals),
      children_(std::move(children)),
      hang_up_(std::move(hang_up)),
      on_stop_(std::move(on_stop)),
      thread_([this] { watch(); }) {}

Warden::~Warden() {
  end_expected_ = true;
  stopping_ = true;
  // Held by that thread as by all, so it can only end its sleep.
  pthread_kill(thread_.native_handle(), SIGCHLD);
  thread_.join();
}

std::optional<Children::End> Warden::failure(
    std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  failed_.wait_until(lock, steady_clock::now() + patience,
                     [this] { return failure_.has_value(); });
  return failure_;
}

void Warden::watch() {
  while (!stopping_) {
    int signal = 0;
    if (sigwait(&signals_.set(), &signal) == 0) handle(signal);
  }
  wind_up();
}

void Warden::wind_up() {
  const auto give_up = steady_clock::now() + kGrace;
  note_ends();
  while (children_.any()) {
    const auto left = give_up - steady_clock::now();
    if (left <= nanoseconds::zero()) break;
    const timespec timeout = as_timespec(left);
    handle(sigtimedwait(&signals_.set(), nullptr, &timeout));
  }
  children_.kill_and_reap();
}

void Warden::handle(int signal) {
  if (signal == SIGCHLD) note_ends();
  if (signal <= 0 || signal == SIGCHLD) return;
  if (!on_stop_ || !on_stop_(signal)) end_by(signal);
}

void Warden::note_ends() {
  const std::vector<Children::End> ends = children_.reap();
  if (ends.empty() || end_expected_) return;
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return;  // the rest follow from the first
    failure_ = find_cause(ends);
  }
  failed_.notify_all();
  // After the record, so that whoever wakes finds it.
  hang_up_();
}

void Warden::end_by(int signal) {
  children_.kill_and_reap();
  ::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  raise(signal);
  // Not reached, but by the first process of a container, which a default
  // action does not end.
  constexpr int kShellSignalBase = 128;
  _exit(kShellSignalBase + signal);
}

}  // namespace pi_ring
