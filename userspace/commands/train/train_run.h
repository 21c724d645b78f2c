// A training run from its first step, or the one after a checkpoint, to its
// last.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
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
  // after step `done`; `stored` goes into its checkpoints. The checkpoints of
  // the steps `damaged` do not count.
  TrainRun(const TrainOptions& options, const Batches& batches,
           const CoveringWindows* validation, int64_t done,
           nlohmann::json stored, std::set<int64_t> damaged);

  // Runs to the last step, or until a StopRequest has a signal or the log
  // cannot be written; then saves. Throws std::runtime_error where the loss is
  // not finite, the log could not be written, or the last save failed.
  void run(TrainHead& head);

  // The step of the newest checkpoint; 0: none.
  int64_t saved() const { return saved_; }

 private:
  void take_step(TrainHead& head, int64_t step);
  void check(const StepResult& result, int64_t step) const;
  double validate(TrainHead& head, int64_t step);
  void write_log(const LossRecord& record);
  bool may_go_on() const;
  void save(TrainHead& head, int64_t step);
  std::string try_to_save(TrainHead& head, int64_t step);
  void sample(int64_t step);
  void remove_old();
  void draw() const;
  bool is_due(int64_t step, int64_t every) const;

  const TrainOptions& options_;
  const Batches& batches_;
  const CoveringWindows* validation_;
  int64_t done_;
  int64_t saved_;
  int64_t tried_;         // the step of the last save, which may have failed
  std::string unsaved_;   // why the last save failed
  std::string unlogged_;  // why the log could not be written
  nlohmann::json stored_;
  std::set<int64_t> damaged_;
  std::vector<int> tokens_;
  LossLog log_;
  TrainProgress progress_;
};

}  // namespace pi_ring
