// The line that says how a training run goes, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "userspace/ring/train/train_step.h"

namespace pi_ring {

class TrainProgress {
 public:
  // Steps `done` of `all` are behind it already.
  TrainProgress(int64_t done, int64_t all);
  // Leaves the cursor on a fresh line.
  ~TrainProgress();
  TrainProgress(const TrainProgress&) = delete;
  TrainProgress& operator=(const TrainProgress&) = delete;

  // After each step: on a terminal in one line that is written over, elsewhere
  // a line from time to time.
  void show(int64_t step, double loss, double tokens_per_second,
            const std::vector<RankTimes>& times);
  // A line of its own.
  void say(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;

  std::string describe(int64_t step, double loss, double tokens_per_second,
                       const std::vector<RankTimes>& times) const;
  void clear() const;

  int64_t first_;
  int64_t all_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_;  // never
  std::vector<RankTimes> before_;
};

// What each rank waits, of 100, between two looks at its times.
std::vector<int> wait_shares(const std::vector<RankTimes>& before,
                             const std::vector<RankTimes>& now);

}  // namespace pi_ring
