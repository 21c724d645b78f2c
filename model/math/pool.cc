// Shares the tasks of a job among threads that poll briefly and then sleep.
#include "model/math/pool.h"

#include <atomic>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace pi_ring {
namespace {

// Polls before a sleep. They take about a tenth of a millisecond: longer than
// what a model does between two jobs, and far less than a time slice of the
// scheduler.
constexpr int kSpins = 10'000;
constexpr int kFewSpins = 50;

constexpr size_t kCacheLine = 64;
constexpr uint64_t kOneJob = uint64_t{1} << 32;

void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

}  // namespace

// All threads of a pool but the one that calls it.
class Pool::Workers {
 public:
  Workers(int count, Waiting waiting)
      : spins_(waiting == Waiting::kSpin ? kSpins : kFewSpins) {
    try {
      for (int i = 0; i < count; ++i) {
        threads_.emplace_back([this] { work(); });
      }
    } catch (const std::system_error& error) {
      stop();
      throw std::runtime_error("cannot start " + std::to_string(count + 1) +
                               " threads: " + error.code().message());
    }
  }
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void run(uint32_t count, Task task, void* context) {
    // The tasks of the job before are all done, so nobody reads these three.
    task_.store(task, std::memory_order_relaxed);
    context_.store(context, std::memory_order_relaxed);
    count_.store(count, std::memory_order_relaxed);
    done_.store(0, std::memory_order_relaxed);
    const uint32_t job = job_.load(std::memory_order_relaxed) + 1;
    // Releases the job to those who take its tasks.
    open_.store(job * kOneJob + count, std::memory_order_release);
    job_.store(job, std::memory_order_seq_cst);
    job_.notify_all();
    take_tasks();
    wait_for_others(count);
  }

 private:
  void stop() {
    stopping_ = true;
    job_.fetch_add(1);
    job_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void work() {
    for (uint32_t seen = 0;;) {
      seen = next_job(seen);
      if (stopping_) return;
      take_tasks();
    }
  }

  uint32_t next_job(uint32_t seen) const {
    for (int i = 0; i < spins_; ++i) {
      const uint32_t job = job_.load(std::memory_order_acquire);
      if (job != seen) return job;
      relax();
    }
    job_.wait(seen, std::memory_order_acquire);
    return job_.load(std::memory_order_acquire);
  }

  // Takes tasks of the current job while there are any. A thread that is late
  // may look at a job that is over: its exchange then fails, or finds no task
  // open.
  void take_tasks() {
    uint64_t open = open_.load(std::memory_order_acquire);
    while (const auto left = static_cast<uint32_t>(open)) {
      const Task task = task_.load(std::memory_order_relaxed);
      void* context = context_.load(std::memory_order_relaxed);
      const uint32_t count = count_.load(std::memory_order_relaxed);
      if (!open_.compare_exchange_weak(open, open - 1,
                                       std::memory_order_acq_rel,
                                       std::memory_order_acquire)) {
        continue;
      }
      task(context, count - left);
      // Releases what the task has written; the last one wakes the caller.
      if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == count) {
        done_.notify_one();
      }
      open = open_.load(std::memory_order_acquire);
    }
  }

  void wait_for_others(uint32_t count) const {
    for (int i = 0; i < spins_; ++i) {
      if (done_.load(std::memory_order_acquire) == count) return;
      relax();
    }
    for (;;) {
      const uint32_t done = done_.load(std::memory_order_acquire);
      if (done == count) return;
      done_.wait(done, std::memory_order_acquire);
    }
  }

  const int spins_;
  std::atomic<Task> task_{nullptr};
  std::atomic<void*> context_{nullptr};
  std::atomic<uint32_t> count_{0};
  // The current job in the upper half, its tasks that nobody has taken in the
  // lower half.
  alignas(kCacheLine) std::atomic<uint64_t> open_{0};
  alignas(kCacheLine) std::atomic<uint32_t> done_{0};
  alignas(kCacheLine) std::atomic<uint32_t> job_{0};  // workers wait on it
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

Pool::Pool(int threads, Waiting waiting) : threads_(threads) {
  if (threads < 1) {
    throw std::invalid_argument("a pool needs at least one thread");
  }
  if (threads > 1) workers_ = std::make_unique<Workers>(threads - 1, waiting);
}

Pool::~Pool() = default;

void Pool::run(size_t count, Task task, void* context) const {
  if (workers_ == nullptr || count <= 1) {
    for (size_t i = 0; i < count; ++i) task(context, i);
    return;
  }
  if (count > std::numeric_limits<uint32_t>::max()) {
    throw std::invalid_argument("a job of too many tasks");
  }
  workers_->run(static_cast<uint32_t>(count), task, context);
}

}  // namespace pi_ring
