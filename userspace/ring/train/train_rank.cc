// The loop of a rank in training: it does what the letters from the head ask.
#include "userspace/ring/train/train_rank.h"

#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "userspace/ring/message/stats.h"
#include "userspace/ring/train/mail.h"
#include "userspace/ring/train/train_letters.h"
#include "userspace/ring/train/train_part.h"
#include "userspace/ring/train/train_plan.h"
#include "userspace/ring/train/train_step.h"

namespace pi_ring {
namespace {

// How long a rank that outlives a training tries to tell why it ends.
constexpr std::chrono::seconds kLastWords(1);

class TrainRank {
 public:
  TrainRank(const RankOptions& options, Mail& mail)
      : options_(options),
        mail_(mail),
        pool_(options.threads, options.waiting) {}

  // Returns only by an exception: the links' close, or a failure.
  [[noreturn]] void serve() {
    for (;;) {
      pool_.rest();
      Letter letter = mail_.receive(Side::kAbove);
      switch (letter.header.kind) {
        case Kind::kPlan:
          take_plan(letter);
          break;
        case Kind::kStep:
          step(std::move(letter));
          break;
        case Kind::kEvaluate:
          evaluate(std::move(letter));
          break;
        case Kind::kSave:
          save(std::move(letter));
          break;
        default:
          throw RingError("a message came that is none of training's");
      }
    }
  }

 private:
  // First it is asked what the plan would take; then the plan is to be begun.
  void take_plan(Letter& letter) {
    nlohmann::json answer = json_of(letter);
    plan_ = plan_from(answer.at("plan"));
    if (plan_.ranks != options_.ranks) {
      throw RingError(name_of_rank(options_.rank) + " is one of " +
                      std::to_string(options_.ranks) + " ranks, not of " +
                      std::to_string(plan_.ranks));
    }
    if (answer.at("begin")) {
      begin();
    } else {
      answer["claims"].push_back(
          to_json(claim_of(plan_, options_.rank, options_.threads)));
    }
    mail_.send(Side::kBelow, json_letter(mail_, Kind::kPlan, answer));
  }

  void begin() {
    part_.emplace(plan_, options_.rank, pool_);
    runner_.emplace(options_.rank, options_.ranks, plan_.micro_batches,
                    static_cast<uint32_t>(plan_.rows()),
                    static_cast<uint32_t>(plan_.config.dim), &mail_);
    const int slots = plan_.shape_of(options_.rank).in_flight;
    work_.forward = [this, slots](int micro_batch, float* x) {
      part_->stage().forward(pool_, micro_batch % slots, x);
    };
    work_.backward = [this, slots](int micro_batch, float* gradient) {
      part_->stage().backward(pool_, micro_batch % slots, gradient);
    };
    work_.rest = [this] { pool_.rest(); };
  }

  void require_plan() const {
    if (!part_) throw RingError("a step came before any plan");
  }

  void step(Letter letter) {
    require_plan();
    // The head knows.
    if (options_.rank != options_.ranks - 2) {
      mail_.send(Side::kBelow, std::move(letter));
    }
    runner_->run(work_, times_);
    Letter norm = receive(Kind::kNorm);
    NormTable table = norm_of(norm, options_.ranks);
    add_norm(table);
    mail_.send(Side::kBelow, norm_letter(mail_, table));
    Letter letter_of_update = receive(Kind::kUpdate);
    const Update update = update_of(letter_of_update);
    mail_.send(Side::kBelow, std::move(letter_of_update));
    const Stopwatch watch(times_.compute_ns);
    part_->update(update.learning_rate, update.scale, update.step);
  }

  void add_norm(NormTable& table) {
    const Stopwatch watch(times_.compute_ns);
    table.sum = add_squares(table.sum, part_->parameters());
    table.times.at(static_cast<size_t>(options_.rank)) = times_;
  }

  Letter receive(Kind kind) {
    pool_.rest();
    const Stopwatch watch(times_.wait_ns);
    Letter letter = mail_.receive(Side::kAbove);
    if (letter.header.kind != kind) {
      throw RingError("a message of training came out of turn");
    }
    return letter;
  }

  void evaluate(Letter letter) {
    require_plan();
    const Type wire = letter.header.type;
    Letter x =
        unpacked(mail_, std::move(letter), static_cast<uint32_t>(plan_.rows()),
                 static_cast<uint32_t>(plan_.config.dim));
    part_->stage().forward(pool_, /*slot=*/0, x.floats.data());
    mail_.send(Side::kBelow, packed(mail_, std::move(x), wire));
  }

  // First all are told, and write at the same time; then asked how it went.
  void save(Letter letter) {
    require_plan();
    nlohmann::json saving = json_of(letter);
    if (saving.at("write")) {
      mail_.send(Side::kBelow, std::move(letter));
      write(saving.at("step"));
      return;
    }
    if (!save_error_.empty()) saving["errors"].push_back(save_error_);
    mail_.send(Side::kBelow, json_letter(mail_, Kind::kSave, saving));
  }

  void write(int64_t step) {
    save_error_.clear();
    try {
      part_->write(step);
    } catch (const std::exception& error) {
      save_error_ = name_of_rank(options_.rank) + ": " + error.what();
    }
  }

  const RankOptions& options_;
  Mail& mail_;
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

// Why this rank could not go on; nothing where the links were closed.
std::optional<std::string> serve(const RankOptions& options, Mail& mail) {
  try {
    TrainRank(options, mail).serve();
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

int run_train_rank(const RankOptions& options, Link& up, Link& down) {
  Mail mail(up, down, neighbours(options), options.patience);
  const auto reason = serve(options, mail);
  if (!reason) return 0;
  mail.send_error(*reason);
  mail.wait_for_close();
  return 1;
}

std::string serve_training(const RankOptions& options, Link& up, Link& down,
                           Letter plan) {
  Mail mail(up, down, neighbours(options), options.patience);
  mail.deliver(Side::kAbove, std::move(plan));
  std::string reason = serve(options, mail).value_or("a link is closed");
  mail.send_error(reason);
  mail.wait_until_sent(kLastWords);
  up.close();
  down.close();
  return reason;
}

}  // namespace pi_ring
