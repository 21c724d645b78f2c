// Watches the child processes of a ring: reports which failed first, and kills
// all when a signal ends the head.
#pragma once

#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "userspace/ring/launch/blocked_signals.h"
#include "userspace/ring/launch/children.h"

namespace pi_ring {

// A thread that sleeps until one of the blocked signals arrives.
//
// A child that ends before expect_end() has failed: the thread records its end
// and then calls `close_links`, which wakes everybody who waits for it. SIGINT,
// SIGTERM or SIGHUP becomes a StopRequest. Where none can be made, the thread
// kills all children and then this process, by the same signal, so that a shell
// sees what it expects.
class ChildWatcher {
 public:
  // `signals` outlives the watcher. Kills the children where the thread does
  // not start (std::runtime_error).
  ChildWatcher(const BlockedSignals& signals, Children children,
               std::function<void()> close_links);

  // Gives the children kGrace to end by themselves, then kills them.
  ~ChildWatcher();

  // From now on a child may end.
  void expect_end() { end_expected_ = true; }

  // Returns the first child that failed; waits up to `patience` for one.
  std::optional<Children::End> failure(
      std::chrono::milliseconds patience) const;

 private:
  static constexpr std::chrono::seconds kGrace{1};

  void watch();
  void end_children();
  void note_ends();
  void handle(const siginfo_t& received);
  [[noreturn]] void end_by(int signal);

  const BlockedSignals& signals_;
  Children children_;  // used by the thread only, once it runs
  const std::function<void()> close_links_;
  std::atomic<bool> end_expected_{false};
  std::atomic<bool> stopping_{false};

  mutable std::mutex mutex_;  // protects failure_
  mutable std::condition_variable failed_;
  std::optional<Children::End> failure_;

  std::thread thread_;
};

}  // namespace pi_ring
