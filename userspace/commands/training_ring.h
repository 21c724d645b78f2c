// A ring of processes on this machine that trains, or evaluates, with this
// process as its head.
#pragma once

#include <functional>

#include "userspace/ring/process_ring.h"
#include "userspace/ring/train_head.h"

namespace pi_ring {

struct TrainingRingOptions {
  int ranks = 1;
  int threads = 0;         // a rank; 0: the cores shared out
  double patience = 30.0;  // seconds
  Warden::OnStop on_stop;
};

class TrainingRing {
 public:
  // Forks, so it comes before any thread.
  TrainingRing(const TrainingRingOptions& options, const TrainPlan& plan);
  ~TrainingRing();

  // Says on standard error what each rank needs; throws RingError where one has
  // less. Then all take it, and load.
  void begin();

  // Calls `work` with the head, and puts an error into words that name the rank
  // which is to blame.
  void run(const std::function<void(TrainHead&)>& work);

 private:
  RankOptions options_;
  std::unique_ptr<ProcessRing> ring_;
  std::unique_ptr<TrainHead> head_;
};

}  // namespace pi_ring
