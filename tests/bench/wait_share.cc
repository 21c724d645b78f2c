// How long ranks wait in a step of training, when each has a core of its own:
// sleeps stand for work, so that a machine of any size can tell. Every rank's
// forward and backward take the same time, the head's loss both; what a step
// takes beyond its M micro-batches should be the share (N - 1) / (M + N - 1),
// while the pipeline fills and runs dry.
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "userspace/link/memory.h"
#include "userspace/ring/train/message_queues.h"
#include "userspace/ring/train/train_step.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kForwardTime(10);
constexpr milliseconds kBackwardTime(20);
constexpr int kSteps = 3;
constexpr uint32_t kRows = 64;
constexpr uint32_t kWidth = 64;
constexpr size_t kCapacity = 4096;  // bytes: a quarter of a message

StepWork sleeping_work() {
  StepWork work;
  work.embed = work.keep = [](int, float*) {};
  work.forward = [](int, float*) { std::this_thread::sleep_for(kForwardTime); };
  work.backward = [](int, float*) {
    std::this_thread::sleep_for(kBackwardTime);
  };
  work.loss = [](int, float*) {
    std::this_thread::sleep_for(kForwardTime + kBackwardTime);
  };
  return work;
}

// A ring of threads that takes some steps; the mean share of its ranks' time
// that they wait.
class SleepingRing {
 public:
  SleepingRing(int ranks, int micro_batches) : ranks_(ranks) {
    for (int i = 0; i < ranks; ++i) {
      auto [down, up] = make_memory_link(kCapacity);
      down_.push_back(std::move(down));
      up_.push_back(std::move(up));
    }
    for (int i = 0; i < ranks; ++i) {
      const auto above = static_cast<size_t>((i + ranks - 1) % ranks);
      queues_.push_back(std::make_unique<MessageQueues>(
          *up_[above], *down_[static_cast<size_t>(i)],
          std::array<std::string, 2>{"the rank above", "the rank below"},
          std::chrono::minutes(1)));
      runners_.emplace_back(i, ranks, micro_batches, kRows, kWidth,
                            queues_.back().get());
    }
  }
  ~SleepingRing() {
    for (const auto& link : down_) link->close();
  }

  double wait_share() {
    double sum = 0.0;
    for (int step = 0; step < kSteps; ++step) sum += take_step();
    return sum / kSteps;
  }

 private:
  using Clock = std::chrono::steady_clock;

  double take_step() {
    std::vector<RankTimes> times(runners_.size());
    const auto start = Clock::now();
    std::vector<std::thread> threads;
    for (size_t i = 0; i < runners_.size(); ++i) {
      threads.emplace_back(
          [this, i, &times] { runners_[i].run(sleeping_work(), times[i]); });
    }
    for (std::thread& thread : threads) thread.join();
    const double all =
        std::chrono::duration<double, std::nano>(Clock::now() - start).count() *
        ranks_;
    double computed = 0.0;
    for (const RankTimes& one : times) {
      computed += static_cast<double>(one.compute_ns);
    }
    return 1.0 - computed / all;
  }

  int ranks_;
  std::vector<std::unique_ptr<Link>> down_;
  std::vector<std::unique_ptr<Link>> up_;
  std::vector<std::unique_ptr<MessageQueues>> queues_;
  std::vector<StepRunner> runners_;
};

void print_table() {
  std::printf("ranks  micro-batches  waiting  (N-1)/(M+N-1)\n");
  for (const int ranks : {2, 3, 4, 6}) {
    for (const int micro_batches : {1, 2, 4, 8, 16}) {
      const double expected =
          static_cast<double>(ranks - 1) / (micro_batches + ranks - 1);
      std::printf("%5d  %13d  %5.1f %%  %11.1f %%\n", ranks, micro_batches,
                  100.0 * SleepingRing(ranks, micro_batches).wait_share(),
                  100.0 * expected);
      std::fflush(stdout);
    }
  }
}

}  // namespace
}  // namespace pi_ring

int main() { pi_ring::print_table(); }
