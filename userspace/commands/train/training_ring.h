// A ring that trains, or evaluates, with this process as its head.
#pragma once

#include <functional>

#include "userspace/commands/head_ring.h"
#include "userspace/commands/ring_options.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/train_head.h"

namespace pi_ring {

class TrainingRing {
 public:
  // May fork, so it comes before any thread.
  TrainingRing(const RingOptions& options, const TrainPlan& plan,
               Warden::OnStop on_stop = {});
  ~TrainingRing();

  // Says on standard error what each rank needs; throws RingError where one has
  // less. Then all take it, and load.
  void begin();

  // Calls `work` with the head, and puts an error into words that name the rank
  // which is to blame.
  void run(const std::function<void(TrainHead&)>& work);

 private:
  void call_roll();

  bool over_devices_;
  RankOptions options_;
  std::unique_ptr<HeadRing> ring_;
  std::unique_ptr<TrainHead> head_;
};

}  // namespace pi_ring
