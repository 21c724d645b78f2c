// Watches over a ring's children: says who died first, and takes them along
// when the head is told to stop.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "userspace/ring/launch/children.h"
#include "userspace/ring/launch/held_signals.h"

namespace pi_ring {

// A thread that sleeps until a held signal comes.
//
// A child that ends before expect_end() has failed: its end is recorded, then
// `hang_up` is called (on the warden's thread) so that nobody waits for it in
// vain. SIGINT, SIGTERM or SIGHUP kills all children and then this process, by
// that very signal, so that a shell sees what it expects; unless somebody asked
// to be told of it, and takes care of the end.
class Warden {
 public:
  // Told of a signal that asks for the end; whether that is seen to. Called on
  // the warden's thread.
  using OnStop = std::function<bool(int signal)>;

  // `signals` outlives the warden.
  Warden(const HeldSignals& signals, Children children,
         std::function<void()> hang_up, OnStop on_stop = {});

  // Gives the children kGrace to end by themselves, and then kills them.
  ~Warden();

  // From now on a child may end.
  void expect_end() { end_expected_ = true; }

  // The first child that failed; waits up to `patience` for one.
  std::optional<Children::End> failure(
      std::chrono::milliseconds patience) const;

 private:
  static constexpr std::chrono::seconds kGrace{1};

  void watch();
  void wind_up();
  void note_ends();
  void handle(int signal);
  [[noreturn]] void end_by(int signal);

  const HeldSignals& signals_;
  Children children_;  // the thread's alone, once it runs
  const std::function<void()> hang_up_;
  const OnStop on_stop_;
  std::atomic<bool> end_expected_{false};
  std::atomic<bool> stopping_{false};

  mutable std::mutex mutex_;  // protects failure_
  mutable std::condition_variable failed_;
  std::optional<Children::End> failure_;

  std::thread thread_;
};

}  // namespace pi_ring
