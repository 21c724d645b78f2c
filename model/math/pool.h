// The threads one rank computes with.
#pragma once

#include <cstddef>
#include <memory>

namespace pi_ring {

class Pool {
 public:
  // How a thread waits for another one: kSpin polls for some microseconds
  // before it sleeps, which is quicker, but takes its processor from any other
  // rank that could run there; kSleep polls hardly at all.
  enum class Waiting { kSpin, kSleep };

  // Throws std::runtime_error where the threads cannot be started.
  explicit Pool(int threads, Waiting waiting = Waiting::kSpin);
  ~Pool();

  int threads() const { return threads_; }

  // Calls task(i) for every i below count, on all threads; returns when all
  // are done. Any thread may take any i, so a task must write nothing that
  // another one reads or writes.
  //
  // A thread that the kernel does not let run delays the others by at most one
  // task: they do the rest without it.
  template <typename Task>
  void each(size_t count, const Task& task) const {
    run(
        count,
        [](void* context, size_t i) {
          (*static_cast<const Task*>(context))(i);
        },
        const_cast<Task*>(&task));
  }

 private:
  using Task = void (*)(void* context, size_t i);
  class Workers;

  void run(size_t count, Task task, void* context) const;

  int threads_;
  std::unique_ptr<Workers> workers_;  // none for a single thread
};

}  // namespace pi_ring
