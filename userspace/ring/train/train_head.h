// The head of a ring that trains: it begins each step, embeds, computes the
// loss, and combines the numbers of all ranks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/folder/model_folder.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/message_queues.h"
#include "userspace/ring/train/plan_message.h"
#include "userspace/ring/train/train_part.h"
#include "userspace/ring/train/train_plan.h"
#include "userspace/ring/train/train_step.h"

namespace pi_ring {

struct StepResult {
  double loss = 0.0;           // mean over the step's targets
  double gradient_norm = 0.0;  // over the whole model, before any clipping
};

class TrainHead {
 public:
  // options.rank is ranks - 1. `model` is what the plan starts from, null where
  // it draws its values. The links lead to the neighbours; both are null in a
  // ring of one. They have to be closed before the head is destroyed. The model
  // and the links outlive the head.
  TrainHead(const RankOptions& options, TrainPlan plan,
            const ModelFolder* model, Link* up, Link* down);

  // Returns what every rank would need. Nothing is allocated yet.
  std::vector<MemoryClaim> ask_for_memory();

  // Lets every rank allocate its memory and load its values.
  void begin();

  // Takes step number `step`, from 1, with tokens [micro_batches * sequences,
  // length + 1]. Changes no value where loss or gradient is not finite; the
  // caller has to look.
  StepResult step(std::span<const int> tokens, int64_t step,
                  float learning_rate, float clip);

  // Returns the sum of the losses of all targets. tokens [any * sequences,
  // length + 1].
  double evaluate(std::span<const int> tokens);

  // Lets every rank write its part of the checkpoint. Returns the errors.
  std::vector<std::string> save(int64_t step);

  // Tells ranks that are services that the training is over. The last call.
  void announce_end();

  // The times of all ranks from the start to the last step.
  const std::vector<RankTimes>& times() const { return times_; }

  const TrainPlan& plan() const { return plan_; }

 private:
  // A micro-batch's tokens: the inputs, and the token that should follow each.
  struct MicroBatch {
    std::vector<int> inputs;
    std::vector<int> targets;
  };

  bool is_alone() const { return plan_.ranks() == 1; }
  PlanMessage send_plan(bool begin);
  void make_work();
  std::vector<MicroBatch> micro_batches_of(std::span<const int> tokens) const;
  double gather_norm();
  void update(int64_t step, float learning_rate, float scale);
  Message receive(Kind kind);
  void send_for_evaluation(const MicroBatch& batch);
  double finish_evaluation(const MicroBatch& batch);
  double evaluate_alone(const MicroBatch& batch);

  RankOptions options_;
  TrainPlan plan_;
  const ModelFolder* model_;
  Pool pool_;
  std::unique_ptr<MessageQueues> queues_;
  std::optional<TrainPart> part_;
  std::optional<StepRunner> runner_;
  StepWork work_;
  std::vector<MicroBatch> batches_;  // of the current step
  double loss_ = 0.0;                // the sum of their losses so far
  RankTimes own_times_;
  std::vector<RankTimes> times_;
};

}  // namespace pi_ring
