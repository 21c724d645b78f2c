// The loop of a rank in training: does what the head's messages ask.
#include "userspace/ring/train/train_rank.h"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "userspace/ring/message/stats.h"
#include "userspace/ring/message/wording.h"
#include "userspace/ring/train/message_queues.h"
#include "userspace/ring/train/plan_folders.h"
#include "userspace/ring/train/plan_message.h"
#include "userspace/ring/train/train_messages.h"
#include "userspace/ring/train/train_part.h"
#include "userspace/ring/train/train_step.h"

namespace pi_ring {
namespace {

// How long a rank that outlives a training tries to send its error.
constexpr std::chrono::seconds kErrorTimeout(1);

class TrainRank {
 public:
  // `folders` limits the plan; null where the head started this rank itself.
  TrainRank(const RankOptions& options, const ModelFolder* model,
            const PlanFolders* folders, MessageQueues& queues)
      : options_(options),
        model_(model),
        folders_(folders),
        queues_(queues),
        pool_(options.threads, options.waiting) {}

  // Returns only by an exception: the links were closed, or something failed.
  [[noreturn]] void serve() {
    for (;;) {
      Message message = queues_.receive(Side::kUpstream);
      switch (message.header.kind) {
        case Kind::kPlan:
          take_plan(message);
          break;
        case Kind::kStep:
          step(std::move(message));
          break;
        case Kind::kEvaluate:
          evaluate(std::move(message));
          break;
        case Kind::kSave:
          save(std::move(message));
          break;
        default:
          throw RingError("a message came that does not belong to a training");
      }
    }
  }

 private:
  // The head sends the plan twice: to ask for the memory it needs, then to
  // begin.
  void take_plan(Message& message) {
    if (part_) throw RingError("a plan came after the training had begun");
    PlanMessage answer = plan_message_from(json_of(message));
    plan_ = answer.plan;
    if (plan_.ranks() != options_.ranks) {
      throw RingError(name_of_rank(options_.rank) + " is one of " +
                      std::to_string(options_.ranks) + " ranks, not of " +
                      std::to_string(plan_.ranks()));
    }
    if (folders_ != nullptr) {
      check_folders(*folders_, plan_);
      check_memory(least_claim_of(plan_, options_.rank));
    }
    const MemoryClaim claim = claim_of(plan_, options_.rank, options_.threads);
    if (answer.begin) {
      if (folders_ != nullptr) check_memory(claim);
      begin();
    } else {
      answer.claims.push_back(claim);
    }
    queues_.send(Side::kDownstream,
                 json_message(queues_, Kind::kPlan, to_json(answer)));
  }

  // The head has compared the claims. A service checks its own again: a head
  // that did not must not get it killed for want of memory.
  void check_memory(const MemoryClaim& claim) const {
    if (claim.needed <= claim.free) return;
    throw RingError(name_of_rank(options_.rank) + " needs " +
                    std::to_string(claim.needed) + " bytes of memory, has " +
                    std::to_string(claim.free) + " free");
  }

  void begin() {
    part_.emplace(plan_, options_.rank, pool_, model_);
    runner_.emplace(options_.rank, options_.ranks, plan_.micro_batches,
                    static_cast<uint32_t>(plan_.rows()),
                    static_cast<uint32_t>(plan_.config.dim), &queues_);
    const int slots = plan_.shape_of(options_.rank).in_flight;
    work_.forward = [this, slots](int micro_batch, float* x) {
      part_->stage().forward(pool_, micro_batch % slots, x);
    };
    work_.backward = [this, slots](int micro_batch, float* gradient) {
      part_->stage().backward(pool_, micro_batch % slots, gradient);
    };
  }

  void require_plan() const {
    if (!part_) throw RingError("a step came before the plan");
  }

  void step(Message message) {
    require_plan();
    // The head began this step, so the rank before it does not pass it on.
    if (options_.rank != options_.ranks - 2) {
      queues_.send(Side::kDownstream, std::move(message));
    }
    runner_->run(work_, times_);
    Message norm = receive(Kind::kNorm);
    NormTable table = norm_of(norm, options_.ranks);
    add_norm(table);
    queues_.send(Side::kDownstream, norm_message(queues_, table));
    Message received = receive(Kind::kUpdate);
    const Update update = update_of(received);
    queues_.send(Side::kDownstream, std::move(received));
    const Stopwatch watch(times_.compute_ns);
    part_->update(update.learning_rate, update.scale, update.step);
  }

  void add_norm(NormTable& table) {
    const Stopwatch watch(times_.compute_ns);
    table.sum = add_squares(table.sum, part_->parameters());
    table.times.at(static_cast<size_t>(options_.rank)) = times_;
  }

  Message receive(Kind kind) {
    const Stopwatch watch(times_.wait_ns);
    Message message = queues_.receive(Side::kUpstream);
    if (message.header.kind != kind) {
      throw RingError("a message of a training came out of order");
    }
    return message;
  }

  void evaluate(Message message) {
    require_plan();
    const RowFormat format = message.header.format;
    Message x = unpacked(queues_, std::move(message),
                         static_cast<uint32_t>(plan_.rows()),
                         static_cast<uint32_t>(plan_.config.dim));
    part_->stage().forward(pool_, /*slot=*/0, x.floats.data());
    queues_.send(Side::kDownstream, packed(queues_, std::move(x), format));
  }

  // The head sends this twice: first all ranks write at the same time, then
  // each adds its error.
  void save(Message message) {
    require_plan();
    Saving saving = saving_of(message);
    if (saving.write) {
      queues_.send(Side::kDownstream, std::move(message));
      write(saving.step);
      return;
    }
    if (!save_error_.empty()) saving.errors.push_back(save_error_);
    queues_.send(Side::kDownstream, saving_message(queues_, saving));
  }

  void write(int64_t step) {
    save_error_.clear();
    try {
      if (plan_.save.empty()) throw RingError("the plan names no folder");
      if (folders_ != nullptr) {
        check_checkpoint(*folders_, plan_, options_.rank, step);
      }
      part_->write(step);
    } catch (const std::exception& error) {
      save_error_ = name_of_rank(options_.rank) + ": " + error.what();
    }
  }

  const RankOptions& options_;
  const ModelFolder* model_;
  const PlanFolders* folders_;
  MessageQueues& queues_;
  Pool pool_;
  TrainPlan plan_;
  std::optional<TrainPart> part_;
  std::optional<StepRunner> runner_;
  StepWork work_;
  RankTimes times_;
  std::string save_error_;
};

std::array<std::string, 2> neighbours(const RankOptions& options) {
  return {name_of_rank((options.rank + options.ranks - 1) % options.ranks),
          name_of_rank((options.rank + 1) % options.ranks)};
}

// Returns why this rank could not go on; nothing where the links were closed.
std::optional<std::string> serve(const RankOptions& options,
                                 const ModelFolder* model,
                                 const PlanFolders* folders,
                                 MessageQueues& queues) {
  try {
    TrainRank(options, model, folders, queues).serve();
  } catch (const LinkError& error) {
    if (error.kind() == LinkError::Kind::kClosed) return std::nullopt;
    return error.what();
  } catch (const std::bad_alloc&) {
    return name_of_rank(options.rank) + ": out of memory";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

int run_train_rank(const RankOptions& options, const ModelFolder* model,
                   Link& up, Link& down) {
  std::optional<MessageQueues> queues;
  try {
    queues.emplace(up, down, neighbours(options), options.patience);
  } catch (const std::runtime_error& error) {
    send_last_error(up, down, name_of_rank(options.rank) + ": " + error.what(),
                    std::chrono::steady_clock::now() + options.patience);
    return 1;
  }
  const auto reason = serve(options, model, /*folders=*/nullptr, *queues);
  if (!reason) return 0;
  queues->send_error(*reason);
  queues->wait_for_close();
  return 1;
}

std::string serve_training(const RankOptions& options,
                           const PlanFolders& folders, Link& up, Link& down,
                           Message plan) {
  MessageQueues queues(up, down, neighbours(options), options.patience,
                       std::move(plan));
  std::string reason = serve(options, /*model=*/nullptr, &folders, queues)
                           .value_or("a link is closed");
  // It may quote the head's plan.
  reason = neighbours_text(reason);
  queues.send_error(reason);
  queues.wait_until_sent(kErrorTimeout);
  up.close();
  down.close();
  return reason;
}

}  // namespace pi_ring
