// The head of a ring that trains: it says what comes next, embeds, takes the
// loss, and puts the numbers of all ranks together.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/mail.h"
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
  // options.rank is ranks - 1. The links are those to the neighbours, and must
  // outlive the head; both are null where it is alone. They must be closed
  // before it is destroyed.
  TrainHead(const RankOptions& options, TrainPlan plan, Link* up, Link* down);

  // What every rank would need; nothing is taken yet.
  std::vector<MemoryClaim> ask_for_memory();

  // Every rank takes its memory and loads its values.
  void begin();

  // One step, the `step`th from 1. tokens [micro_batches * sequences,
  // length + 1]. Where loss or gradient is not finite no value is changed; that
  // is for the caller to notice.
  StepResult step(std::span<const int> tokens, int64_t step,
                  float learning_rate, float clip);

  // The sum of the losses of all targets of some micro-batches: tokens
  // [any * sequences, length + 1].
  double evaluate(std::span<const int> tokens);

  // Every rank writes its part of the checkpoint. Returns what went wrong.
  std::vector<std::string> save(int64_t step);

  // Tells ranks that outlive the training that it is over; nothing comes after.
  void say_goodbye();

  // Since the start, as of the last step.
  const std::vector<RankTimes>& times() const { return times_; }

  const TrainPlan& plan() const { return plan_; }

 private:
  // A micro-batch's tokens: inputs, and what should follow each.
  struct MicroBatch {
    std::vector<int> inputs;
    std::vector<int> targets;
  };

  bool is_alone() const { return plan_.ranks == 1; }
  nlohmann::json send_plan(bool begin);
  void make_work();
  std::vector<MicroBatch> micro_batches_of(std::span<const int> tokens) const;
  double gather_norm();
  void update(int64_t step, float learning_rate, float scale);
  Letter receive(Kind kind);
  void send_for_evaluation(const MicroBatch& batch);
  double finish_evaluation(const MicroBatch& batch);
  double evaluate_alone(const MicroBatch& batch);

  RankOptions options_;
  TrainPlan plan_;
  Pool pool_;
  std::unique_ptr<Mail> mail_;
  std::optional<TrainPart> part_;
  std::optional<StepRunner> runner_;
  StepWork work_;
  std::vector<MicroBatch> batches_;  // of the step at hand
  double loss_ = 0.0;                // their losses so far
  RankTimes own_times_;
  std::vector<RankTimes> times_;
};

}  // namespace pi_ring
