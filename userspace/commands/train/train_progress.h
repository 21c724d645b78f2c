// The line on standard error that shows the progress of a training run.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "userspace/ring/train/train_step.h"

namespace pi_ring {

// What a run has taken so far, and what is left of it.
struct TimeTaken {
  double in_steps = 0.0;  // seconds
  int64_t steps = 0;
  double in_validations = 0.0;  // seconds
  int64_t validations = 0;
};

// Estimates the seconds for what is left. Before the first validation one is
// taken to last as long as `validation_in_steps` steps.
double estimate_time_left(const TimeTaken& taken, int64_t steps,
                          int64_t validations, double validation_in_steps);

// How often a run validates, and how long that takes.
struct Validations {
  int64_t every = 0;         // steps; 0: never. The last step validates too.
  double each_in_steps = 0;  // how many steps take as long, as a guess

  // Returns how many follow after a step.
  int64_t left(int64_t step, int64_t all_steps) const;
};

class TrainProgress {
 public:
  // The run continues after step `done`, up to step `all`.
  TrainProgress(int64_t done, int64_t all, Validations validations);
  // Ends the line.
  ~TrainProgress();
  TrainProgress(const TrainProgress&) = delete;
  TrainProgress& operator=(const TrainProgress&) = delete;

  // To be called after each step. On a terminal it overwrites one line;
  // elsewhere it prints a line from time to time.
  void show(int64_t step, double loss, double tokens_per_second,
            const std::vector<RankTimes>& times);
  // To be called before a validation and after each part of it, with how many
  // of its windows are done. On a terminal it overwrites the line.
  void show_validation(int64_t step, int64_t done, int64_t windows);
  // Prints a line of its own.
  void say(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;

  std::string describe(int64_t step, double loss, double tokens_per_second,
                       const std::vector<RankTimes>& times) const;
  void clear() const;

  double time_left(int64_t step) const;
  bool is_due(Clock::time_point now) const;

  int64_t first_;
  int64_t all_;
  Validations validations_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_;  // when the line was last shown
  Clock::time_point validation_start_;
  Clock::duration in_validations_{};
  int64_t validated_ = 0;
  std::vector<RankTimes> before_;
};

// Returns for each rank the share of its time that it waited, in percent,
// between two readings of its times.
std::vector<int> wait_shares(const std::vector<RankTimes>& before,
                             const std::vector<RankTimes>& now);

}  // namespace pi_ring
