// The line on standard error that shows the progress of a training run.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "userspace/ring/train/train_step.h"

namespace pi_ring {

class TrainProgress {
 public:
  // The run continues after step `done`, up to step `all`.
  TrainProgress(int64_t done, int64_t all);
  // Ends the line.
  ~TrainProgress();
  TrainProgress(const TrainProgress&) = delete;
  TrainProgress& operator=(const TrainProgress&) = delete;

  // To be called after each step. On a terminal it overwrites one line;
  // elsewhere it prints a line from time to time.
  void show(int64_t step, double loss, double tokens_per_second,
            const std::vector<RankTimes>& times);
  // Prints a line of its own.
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
  Clock::time_point last_;  // when the line was last shown
  std::vector<RankTimes> before_;
};

// Returns for each rank the share of its time that it waited, in percent,
// between two readings of its times.
std::vector<int> wait_shares(const std::vector<RankTimes>& before,
                             const std::vector<RankTimes>& now);

}  // namespace pi_ring
