// A training run from its first step, or the one after a checkpoint, to its
// last.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "model/train/batches.h"
#include "userspace/commands/train/loss_log.h"
#include "userspace/commands/train/train_options.h"
#include "userspace/commands/train/train_progress.h"
#include "userspace/commands/train/train_text.h"
#include "userspace/ring/train/train_head.h"

namespace pi_ring {

class TrainRun {
 public:
  // The references outlive the run. `validation` may be null. The run continues
  // after step `done`; `stored` goes into its checkpoints.
  TrainRun(const TrainOptions& options, const Batches& batches,
           const CoveringWindows* validation, int64_t done,
           nlohmann::json stored);

  // Runs to the last step, or until a StopRequest has a signal. Throws
  // std::runtime_error where the loss is not finite, or the last save failed.
  void run(TrainHead& head);

  // The step of the newest checkpoint; 0: none.
  int64_t saved() const { return saved_; }

 private:
  void take_step(TrainHead& head, int64_t step);
  void check(const StepResult& result, int64_t step) const;
  double validate(TrainHead& head) const;
  void save(TrainHead& head, int64_t step);
  void sample(int64_t step);
  void draw() const;
  bool is_due(int64_t step, int64_t every) const;

  const TrainOptions& options_;
  const Batches& batches_;
  const CoveringWindows* validation_;
  int64_t done_;
  int64_t saved_;
  std::string unsaved_;  // why the last save failed
  nlohmann::json stored_;
  std::vector<int> tokens_;
  LossLog log_;
  TrainProgress progress_;
};

}  // namespace pi_ring
