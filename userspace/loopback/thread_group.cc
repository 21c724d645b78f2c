#include "userspace/loopback/thread_group.h"

#include <chrono>

namespace pi_ring {

ThreadGroup::~ThreadGroup() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void ThreadGroup::start(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    ++working_;
  }
  threads_.emplace_back([this, work = std::move(work)] { run(work); });
}

void ThreadGroup::run(const std::function<void()>& work) {
  try {
    work();
  } catch (...) {
    fail(std::current_exception());
  }
  const std::lock_guard lock(mutex_);
  --working_;
  changed_.notify_all();
}

void ThreadGroup::fail(std::exception_ptr why) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return;
    failure_ = std::move(why);
  }
  stop_();
}

bool ThreadGroup::done_within_a_look() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(100),
                           [this] { return working_ == 0; });
}

void ThreadGroup::finish(const std::function<void()>& look) {
  while (!done_within_a_look()) {
    try {
      look();
    } catch (...) {
      fail(std::current_exception());
    }
  }
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace pi_ring
