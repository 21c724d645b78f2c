// Lets one side sleep in shared memory until the other side has changed
// something, at no cost while nobody sleeps.
#pragma once

#include <atomic>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>

#include "userspace/link/link.h"

namespace pi_ring {

// Other processes see `waiting_` through their own mappings, so it may not hide
// a lock that lives in one process only (or dies with its owner).
static_assert(std::atomic<bool>::is_always_lock_free);

// One waiter at a time and any number of notifiers. There is no lock, so a
// notifier that is killed cannot stop the waiter.
class Wakeup {
 public:
  Wakeup() : semaphore_(0) {}
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // Sleeps until ready() holds; false when the deadline passed first.
  //
  // No wake-up is lost: the waiter stores `waiting_` and then reads what
  // ready() reads, the notifier stores that and then reads `waiting_`. All four
  // are seq_cst, so at least one of the two sees the other's store. ready()
  // has to keep to that.
  template <class Ready>
  bool wait_until(Ready ready, Deadline deadline) {
    bool in_time = true;
    while (start_waiting(), !ready()) {
      if (std::chrono::steady_clock::now() >= deadline) {
        in_time = false;
        break;
      }
      sleep(deadline);
    }
    stop_waiting();
    return in_time;
  }

  // To be called after a seq_cst store of what the waiter may be waiting for.
  void notify_if_waiting();

  // Notifies even where nobody seems to wait. A close needs that: it may come
  // on behalf of a notifier that was killed after it cleared `waiting_` and
  // before it posted.
  void notify() { semaphore_.post(); }

  // Whether somebody sleeps here and has not been notified since.
  bool has_waiter() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  void start_waiting() { waiting_.store(true, std::memory_order_seq_cst); }
  void stop_waiting();

  // Returns when notified, and sometimes sooner; never much after the deadline.
  void sleep(Deadline deadline);

  std::atomic<bool> waiting_{false};
  boost::interprocess::interprocess_semaphore semaphore_;
};

}  // namespace pi_ring
