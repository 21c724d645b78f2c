// The bell's sleep and its wish, over Boost's semaphore.
#include "userspace/link/bell.h"

#include <algorithm>
#include <boost/date_time/posix_time/posix_time_types.hpp>
#include <boost/interprocess/exceptions.hpp>
#include <cerrno>
#include <chrono>

namespace pi_ring {
namespace {

namespace interprocess = boost::interprocess;

// The semaphore knows only the wall clock, which may be set while we sleep (a
// Pi has no battery-backed clock); the deadline is by the steady one. So a
// sleep is cut into slices: at the end of each the steady clock is asked again.
constexpr std::chrono::microseconds kSlice = std::chrono::seconds(1);

boost::posix_time::ptime wall_clock_after(std::chrono::microseconds time) {
  return boost::posix_time::microsec_clock::universal_time() +
         boost::posix_time::microseconds(time.count());
}

// Rounded up: a sleep that ends just short of the deadline would be repeated.
std::chrono::microseconds until(Deadline deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::chrono::ceil<std::chrono::microseconds>(
      std::min<std::chrono::nanoseconds>(left, kSlice));
}

}  // namespace

void Bell::ring_if_wanted() {
  // seq_cst: ordered after the caller's store, see wait_until(). The exchange
  // makes one wish one post, so that the semaphore's count stays small.
  if (wanted_.load(std::memory_order_seq_cst) &&
      wanted_.exchange(false, std::memory_order_relaxed)) {
    semaphore_.post();
  }
}

void Bell::stop_wanting() {
  // If a ringer took the wish while we were finding out ourselves, its post is
  // not needed any more; left there, it would cut the next sleep short.
  // Relaxed: what was waited for has been read by ready() already.
  if (!wanted_.exchange(false, std::memory_order_relaxed)) {
    semaphore_.try_wait();
  }
}

void Bell::sleep(Deadline deadline) {
  try {
    semaphore_.timed_wait(wall_clock_after(until(deadline)));
  } catch (const interprocess::interprocess_exception& error) {
    // A signal handler ran: no more than a sleep cut short.
    if (error.get_native_error() != EINTR) throw;
  }
}

}  // namespace pi_ring
