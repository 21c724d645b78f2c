// The watcher's thread.
#include "userspace/ring/launch/child_watcher.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "model/base/interruption.h"
#include "model/base/start_thread.h"

namespace pi_ring {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

timespec as_timespec(nanoseconds time) {
  constexpr long kNanosecondsPerSecond = 1'000'000'000;
  return {static_cast<time_t>(time.count() / kNanosecondsPerSecond),
          static_cast<long>(time.count() % kNanosecondsPerSecond)};
}

// Several may have ended since the last look. One that was killed is the cause;
// one that exited may have done so because its neighbour was gone.
Children::End find_cause(const std::vector<Children::End>& ends) {
  const auto killed = std::find_if(
      ends.begin(), ends.end(),
      [](const Children::End& end) { return WIFSIGNALED(end.status); });
  return killed != ends.end() ? *killed : ends.front();
}

}  // namespace

ChildWatcher::ChildWatcher(const BlockedSignals& signals, Children children,
                           std::function<void()> close_links)
    : signals_(signals),
      children_(std::move(children)),
      close_links_(std::move(close_links)),
      thread_(start_thread([this] { watch(); })) {}

ChildWatcher::~ChildWatcher() {
  end_expected_ = true;
  stopping_ = true;
  // All threads block this signal, so it only ends the thread's sleep.
  pthread_kill(thread_.native_handle(), SIGCHLD);
  thread_.join();
}

std::optional<Children::End> ChildWatcher::failure(
    std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  failed_.wait_until(lock, steady_clock::now() + patience,
                     [this] { return failure_.has_value(); });
  return failure_;
}

void ChildWatcher::watch() {
  while (!stopping_) {
    siginfo_t received{};
    if (sigwaitinfo(&signals_.set(), &received) > 0) handle(received);
  }
  end_children();
}

void ChildWatcher::end_children() {
  const auto give_up = steady_clock::now() + kGrace;
  note_ends();
  while (children_.any()) {
    const auto left = give_up - steady_clock::now();
    if (left <= nanoseconds::zero()) break;
    const timespec timeout = as_timespec(left);
    siginfo_t received{};
    if (sigtimedwait(&signals_.set(), &received, &timeout) > 0) {
      handle(received);
    }
  }
  children_.kill_and_reap();
}

void ChildWatcher::handle(const siginfo_t& received) {
  if (received.si_signo == SIGCHLD) {
    note_ends();
  } else if (!StopRequest::note(received)) {
    end_by(received.si_signo);
  }
}

void ChildWatcher::note_ends() {
  const std::vector<Children::End> ends = children_.reap();
  if (ends.empty() || end_expected_) return;
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return;  // the first one caused the others
    failure_ = find_cause(ends);
  }
  failed_.notify_all();
  // After the record, so that a thread that wakes finds it.
  close_links_();
}

void ChildWatcher::end_by(int signal) {
  children_.kill_and_reap();
  ::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  raise(signal);
  // Only the first process of a container gets here: a default action does not
  // end it.
  constexpr int kShellSignalBase = 128;
  _exit(kShellSignalBase + signal);
}

}  // namespace pi_ring
