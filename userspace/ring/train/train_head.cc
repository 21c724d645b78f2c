// Begins each round of messages and waits for it to come back.
#include "userspace/ring/train/train_head.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "userspace/ring/message/stats.h"
#include "userspace/ring/message/wording.h"
#include "userspace/ring/train/train_messages.h"

namespace pi_ring {

TrainHead::TrainHead(const RankOptions& options, TrainPlan plan,
                     const ModelFolder* model, Link* up, Link* down)
    : options_(options),
      plan_(std::move(plan)),
      model_(model),
      pool_(options.threads, options.waiting),
      times_(static_cast<size_t>(options.ranks)) {
  if (is_alone()) return;
  queues_ = std::make_unique<MessageQueues>(
      *up, *down, std::array{name_of_rank(options.ranks - 2), name_of_rank(0)},
      options.patience);
}

PlanMessage TrainHead::send_plan(bool begin) {
  const PlanMessage wanted = {.plan = plan_, .begin = begin, .claims = {}};
  queues_->send(Side::kDownstream,
                json_message(*queues_, Kind::kPlan, to_json(wanted)));
  if (begin) part_.emplace(plan_, options_.rank, pool_, model_);
  Message answer = receive(Kind::kPlan);
  return plan_message_from(json_of(answer));
}

std::vector<MemoryClaim> TrainHead::ask_for_memory() {
  std::vector<MemoryClaim> claims;
  if (!is_alone()) claims = send_plan(/*begin=*/false).claims;
  if (claims.size() + 1 != plan_.cut.size()) {
    throw RingError("the last rank's answer has not a claim of each rank");
  }
  claims.push_back(claim_of(plan_, options_.rank, options_.threads));
  return claims;
}

void TrainHead::begin() {
  if (is_alone()) {
    part_.emplace(plan_, options_.rank, pool_, model_);
  } else {
    send_plan(/*begin=*/true);
  }
  runner_.emplace(options_.rank, options_.ranks, plan_.micro_batches,
                  static_cast<uint32_t>(plan_.rows()),
                  static_cast<uint32_t>(plan_.config.dim), queues_.get());
  make_work();
  own_times_ = {};
}

void TrainHead::announce_end() {
  if (is_alone()) return;
  queues_->send_error("its head has ended it");
  queues_->wait_until_sent(std::chrono::seconds(1));
}

void TrainHead::make_work() {
  const auto batch = [this](int i) -> const MicroBatch& {
    return batches_.at(static_cast<size_t>(i));
  };
  const float scale =
      1.0F / static_cast<float>(plan_.micro_batches * plan_.rows());
  work_.embed = [this, batch](int i, float* x) {
    part_->ends().embed(batch(i).inputs, x);
  };
  work_.forward = [this](int, float* x) {
    part_->stage().forward(pool_, /*slot=*/0, x);
  };
  work_.loss = [this, batch, scale](int i, float* x) {
    loss_ += part_->ends().loss(pool_, batch(i).targets, scale, x);
  };
  work_.backward = [this](int, float* gradient) {
    part_->stage().backward(pool_, /*slot=*/0, gradient);
  };
  work_.keep = [this, batch](int i, float* gradient) {
    part_->ends().keep_input_gradient(i, batch(i).inputs, gradient);
  };
}

std::vector<TrainHead::MicroBatch> TrainHead::micro_batches_of(
    std::span<const int> tokens) const {
  const auto length = static_cast<size_t>(plan_.length);
  const auto sequences = static_cast<size_t>(plan_.sequences);
  std::vector<MicroBatch> batches;
  while (!tokens.empty()) {
    MicroBatch& batch = batches.emplace_back();
    for (size_t i = 0; i < sequences; ++i) {
      const auto row = tokens.first(length + 1);
      batch.inputs.insert(batch.inputs.end(), row.begin(), row.end() - 1);
      batch.targets.insert(batch.targets.end(), row.begin() + 1, row.end());
      tokens = tokens.subspan(length + 1);
    }
  }
  return batches;
}

StepResult TrainHead::step(std::span<const int> tokens, int64_t step,
                           float learning_rate, float clip) {
  batches_ = micro_batches_of(tokens);
  loss_ = 0.0;
  if (queues_) {
    queues_->send(Side::kDownstream,
                  queues_->blank(Kind::kStep, 0, 0, RowFormat::kBytes));
  }
  runner_->run(work_, own_times_);
  const double sum = gather_norm();
  const StepResult result = {
      .loss = loss_ / (static_cast<double>(plan_.micro_batches) *
                       static_cast<double>(plan_.rows())),
      .gradient_norm = std::sqrt(sum)};
  const bool good = std::isfinite(result.loss) && std::isfinite(sum);
  update(good ? step : 0, learning_rate, clip_scale(sum, clip));
  return result;
}

double TrainHead::gather_norm() {
  {
    const Stopwatch watch(own_times_.compute_ns);
    part_->ends().finish_gradients();
  }
  NormTable table;
  table.times.resize(static_cast<size_t>(options_.ranks));
  if (queues_) {
    queues_->send(Side::kDownstream, norm_message(*queues_, table));
    Message answer = receive(Kind::kNorm);
    table = norm_of(answer, options_.ranks);
  }
  const Stopwatch watch(own_times_.compute_ns);
  times_ = std::move(table.times);
  times_.back() = own_times_;
  return add_squares(table.sum, part_->parameters());
}

void TrainHead::update(int64_t step, float learning_rate, float scale) {
  if (queues_) {
    const Update update = {learning_rate, scale, step};
    queues_->send(Side::kDownstream, update_message(*queues_, update));
  }
  {
    const Stopwatch watch(own_times_.compute_ns);
    part_->update(learning_rate, scale, step);
  }
  if (queues_) receive(Kind::kUpdate);
}

Message TrainHead::receive(Kind kind) {
  const Stopwatch watch(own_times_.wait_ns);
  Message message = queues_->receive(Side::kUpstream);
  if (message.header.kind != kind) {
    throw RingError("the last rank's answer came out of order");
  }
  return message;
}

double TrainHead::evaluate(std::span<const int> tokens) {
  const std::vector<MicroBatch> batches = micro_batches_of(tokens);
  double sum = 0.0;
  if (is_alone()) {
    for (const MicroBatch& batch : batches) sum += evaluate_alone(batch);
    return sum;
  }
  // One micro-batch for each rank is under way, so that all compute.
  const auto ahead = static_cast<size_t>(options_.ranks);
  for (size_t i = 0; i < std::min(ahead, batches.size()); ++i) {
    send_for_evaluation(batches[i]);
  }
  for (size_t i = 0; i < batches.size(); ++i) {
    sum += finish_evaluation(batches[i]);
    if (i + ahead < batches.size()) send_for_evaluation(batches[i + ahead]);
  }
  return sum;
}

double TrainHead::evaluate_alone(const MicroBatch& batch) {
  FloatBuffer x(floats(plan_.rows(), plan_.config.dim));
  part_->ends().embed(batch.inputs, x.data());
  part_->stage().forward(pool_, /*slot=*/0, x.data());
  return part_->ends().loss_only(pool_, batch.targets, x.data());
}

void TrainHead::send_for_evaluation(const MicroBatch& batch) {
  Message message =
      queues_->blank(Kind::kEvaluate, static_cast<uint32_t>(plan_.rows()),
                     static_cast<uint32_t>(plan_.config.dim), RowFormat::kF32);
  part_->ends().embed(batch.inputs, message.floats.data());
  queues_->send(Side::kDownstream,
                packed(*queues_, std::move(message), options_.row_format));
}

double TrainHead::finish_evaluation(const MicroBatch& batch) {
  Message message = unpacked(*queues_, receive(Kind::kEvaluate),
                             static_cast<uint32_t>(plan_.rows()),
                             static_cast<uint32_t>(plan_.config.dim));
  const double sum =
      part_->ends().loss_only(pool_, batch.targets, message.floats.data());
  queues_->recycle(std::move(message));
  return sum;
}

std::vector<std::string> TrainHead::save(int64_t step) {
  const auto round = [&](bool write) {
    queues_->send(Side::kDownstream,
                  saving_message(*queues_, {step, write, /*errors=*/{}}));
  };
  std::vector<std::string> errors;
  if (queues_) {
    round(/*write=*/true);
    round(/*write=*/false);
  }
  try {
    part_->write(step);
  } catch (const std::exception& error) {
    errors.emplace_back(error.what());
  }
  if (queues_) {
    receive(Kind::kSave);
    Message answer = receive(Kind::kSave);
    std::ranges::move(saving_of(answer).errors, std::back_inserter(errors));
  }
  return errors;
}

}  // namespace pi_ring
