// A ring that trains or evaluates, with this process as its head.
#pragma once

#include <functional>
#include <memory>

#include "userspace/commands/ring_options.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/train_head.h"

namespace pi_ring {

class TrainingRing {
 public:
  // May fork, so it has to be made before any thread is started. `model` is
  // what the plan starts from, null where it draws its values; it outlives the
  // ring.
  TrainingRing(const RingOptions& options, const TrainPlan& plan,
               const ModelFolder* model);
  ~TrainingRing();

  // Prints on standard error how much memory each rank needs; throws RingError
  // where one has less. Then all ranks allocate it and load their values.
  void begin();

  // Calls `work` with the head. An error names the rank that caused it.
  void run(const std::function<void(TrainHead&)>& work);

 private:
  void wait_for_ranks() const;

  RankOptions options_;
  RingPlace ring_;
  std::unique_ptr<TrainHead> head_;
};

}  // namespace pi_ring
