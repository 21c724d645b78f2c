// A bell in shared memory: one side sleeps until the other says that there is
// something to look at, and nobody pays for a bell that nobody listens to.
#pragma once

#include <atomic>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>

#include "userspace/link/link.h"

namespace pi_ring {

// Other processes see `wanted_` through their own mappings, so it may not hide
// a lock that lives in one process only (or dies with its owner).
static_assert(std::atomic<bool>::is_always_lock_free);

// One listener at a time; any number of ringers. No state of it can outlive a
// ringer's death in a form that stops the listener: there is no lock.
class Bell {
 public:
  Bell() : semaphore_(0) {}
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  // Sleeps until ready() holds; false when the deadline passed first.
  //
  // No wake-up is lost: the listener stores `wanted_` and then reads what
  // ready() reads, the ringer stores that and then reads `wanted_`. All four
  // are seq_cst, so at least one of the two sees the other's store. ready()
  // has to keep to that.
  template <class Ready>
  bool wait_until(Ready ready, Deadline deadline) {
    bool in_time = true;
    while (want(), !ready()) {
      if (std::chrono::steady_clock::now() >= deadline) {
        in_time = false;
        break;
      }
      sleep(deadline);
    }
    stop_wanting();
    return in_time;
  }

  // After storing (seq_cst) what the listener may be waiting for.
  void ring_if_wanted();

  // Whether anybody listens or not: for a close, which may come on behalf of a
  // ringer that was killed between taking the wish and granting it.
  void ring() { semaphore_.post(); }

  // Whether somebody sleeps here, and has not been rung since.
  bool wanted() const { return wanted_.load(std::memory_order_relaxed); }

 private:
  void want() { wanted_.store(true, std::memory_order_seq_cst); }
  void stop_wanting();

  // Returns when rung, and sometimes sooner; never after the deadline by much.
  void sleep(Deadline deadline);

  std::atomic<bool> wanted_{false};
  boost::interprocess::interprocess_semaphore semaphore_;
};

}  // namespace pi_ring
