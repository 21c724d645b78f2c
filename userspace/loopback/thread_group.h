// Threads that stop together when one of them fails.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pi_ring {

class ThreadGroup {
 public:
  // `stop` must make all threads end. It is called once, from the thread that
  // failed.
  explicit ThreadGroup(std::function<void()> stop) : stop_(std::move(stop)) {}
  ~ThreadGroup();
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  void start(std::function<void()> work);

  // Returns when all threads have ended. Calls `look` ten times a second
  // meanwhile. Rethrows the first exception of a thread or of `look`.
  void finish(const std::function<void()>& look);

 private:
  void run(const std::function<void()>& work);
  void fail(std::exception_ptr why);
  bool done_within_a_look();

  std::function<void()> stop_;
  std::mutex mutex_;  // protects working_ and failure_
  std::condition_variable changed_;
  int working_ = 0;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace pi_ring
