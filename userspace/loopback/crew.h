// Threads that work on one thing, and stop together when one of them fails.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pi_ring {

class Crew {
 public:
  // `stop` makes the others end; called once, from the thread that failed.
  explicit Crew(std::function<void()> stop) : stop_(std::move(stop)) {}
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void start(std::function<void()> work);

  // Returns when all are done; throws what the first that failed has thrown,
  // or what `look`, called ten times a second meanwhile, throws.
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
