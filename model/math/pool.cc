// Jobs for the threads of one rank, through pthreadpool.
#include "model/math/pool.h"

#include <latch>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace pi_ring {
namespace {

// The thread sanitizer does not see how pthreadpool, which is not built with
// it, orders a job before and after its tasks; these two tell it.
void publish([[maybe_unused]] void* address) {
#ifdef __SANITIZE_THREAD__
  __tsan_release(address);
#endif
}

void observe([[maybe_unused]] void* address) {
#ifdef __SANITIZE_THREAD__
  __tsan_acquire(address);
#endif
}

// pthreadpool would wait for ever for a thread that could not be started, and
// does not say so. This throws std::system_error instead.
void check_threads_can_start(int count) {
  std::vector<std::jthread> threads;
  std::latch all_run(count + 1);
  try {
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&all_run] { all_run.arrive_and_wait(); });
    }
  } catch (const std::system_error& error) {
    all_run.count_down(count + 1 - static_cast<int>(threads.size()));
    throw std::runtime_error("cannot start " + std::to_string(count + 1) +
                             " threads: " + error.code().message());
  }
  all_run.arrive_and_wait();
}

struct Job {
  pthreadpool_task_1d_t task;
  void* context;
};

void run_task(void* context, size_t i) {
  observe(context);
  const auto* job = static_cast<const Job*>(context);
  job->task(job->context, i);
  publish(context);
}

}  // namespace

Pool::Pool(int threads, Waiting waiting)
    : threads_(threads),
      flags_(waiting == Waiting::kSleep ? PTHREADPOOL_FLAG_YIELD_WORKERS : 0) {
  if (threads < 1) {
    throw std::invalid_argument("a pool needs at least one thread");
  }
  if (threads > 1) {
    check_threads_can_start(threads - 1);
    pool_.reset(pthreadpool_create(static_cast<size_t>(threads)));
    if (pool_ == nullptr) {
      throw std::runtime_error("cannot start " + std::to_string(threads) +
                               " threads");
    }
  }
}

void Pool::run(size_t count, pthreadpool_task_1d_t task, void* context) const {
  if (pool_ == nullptr || count == 1) {
    for (size_t i = 0; i < count; ++i) {
      task(context, i);
    }
    return;
  }
  Job job{task, context};
  publish(&job);
  pthreadpool_parallelize_1d(pool_.get(), run_task, &job, count, flags_);
  observe(&job);
}

void Pool::rest() const {
  if (pool_ == nullptr || flags_ != 0) {
    return;
  }
  pthreadpool_parallelize_1d(
      pool_.get(), [](void*, size_t) {}, nullptr, static_cast<size_t>(threads_),
      PTHREADPOOL_FLAG_YIELD_WORKERS);
}

}  // namespace pi_ring
