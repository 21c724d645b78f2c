// The threads one rank computes with.
#pragma once

#include <pthreadpool.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace pi_ring {

class Pool {
 public:
  // How a worker waits for the next job. Spinning is quicker, but a spinning
  // worker takes its core from any other rank that should run there.
  enum class Waiting { kSpin, kSleep };

  explicit Pool(int threads, Waiting waiting = Waiting::kSpin);

  int threads() const { return threads_; }

  // Calls task(i) for every i below count, on all threads; returns when all
  // are done. Any thread may take any i, so a task must write nothing that
  // another one reads or writes.
  template <typename Task>
  void each(size_t count, const Task& task) const {
    run(
        count,
        [](void* context, size_t i) {
          (*static_cast<const Task*>(context))(i);
        },
        const_cast<Task*>(&task));
  }

  // Sends spinning workers to sleep. Call it before a wait for anything but the
  // next job.
  void rest() const;

 private:
  struct Destroy {
    void operator()(pthreadpool* pool) const { pthreadpool_destroy(pool); }
  };

  void run(size_t count, pthreadpool_task_1d_t task, void* context) const;

  int threads_;
  uint32_t flags_;
  std::unique_ptr<pthreadpool, Destroy> pool_;  // none for a single thread
};

}  // namespace pi_ring
