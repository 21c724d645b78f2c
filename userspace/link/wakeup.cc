// Sleeps and wakes by Boost's semaphore.
#include "userspace/link/wakeup.h"

#include <algorithm>
#include <boost/date_time/posix_time/posix_time_types.hpp>
#include <boost/interprocess/exceptions.hpp>
#include <cerrno>
#include <chrono>

namespace pi_ring {
namespace {

namespace interprocess = boost::interprocess;

// The semaphore knows only the wall clock, which may be set during a sleep (a
// Pi has no battery-backed clock), while the deadline is on the steady clock.
// So a sleep is cut into slices, and the steady clock is read after each.
constexpr std::chrono::microseconds kSlice = std::chrono::seconds(1);

boost::posix_time::ptime wall_clock_after(std::chrono::microseconds time) {
  return boost::posix_time::microsec_clock::universal_time() +
         boost::posix_time::microseconds(time.count());
}

// Rounds up: a sleep that ends just before the deadline would be repeated.
std::chrono::microseconds until(Deadline deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::chrono::ceil<std::chrono::microseconds>(
      std::min<std::chrono::nanoseconds>(left, kSlice));
}

}  // namespace

void Wakeup::notify_if_waiting() {
  // seq_cst: ordered after the caller's store, see wait_until(). The exchange
  // makes one post of one wait, so that the semaphore's count stays small.
  if (waiting_.load(std::memory_order_seq_cst) &&
      waiting_.exchange(false, std::memory_order_relaxed)) {
    semaphore_.post();
  }
}

void Wakeup::stop_waiting() {
  // A notifier may have cleared the flag while ready() found out by itself. Its
  // post is not needed any more, and would cut the next sleep short.
  // Relaxed: ready() has already read what was waited for.
  if (!waiting_.exchange(false, std::memory_order_relaxed)) {
    semaphore_.try_wait();
  }
}

void Wakeup::sleep(Deadline deadline) {
  try {
    semaphore_.timed_wait(wall_clock_after(until(deadline)));
  } catch (const interprocess::interprocess_exception& error) {
    // A signal handler ran and cut the sleep short, which does no harm.
    if (error.get_native_error() != EINTR) throw;
  }
}

}  // namespace pi_ring
