// Begins each round of letters and waits for it to come back.
#include "userspace/ring/train/train_head.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "userspace/ring/message/stats.h"
#include "userspace/ring/train/train_letters.h"

namespace pi_ring {
TrainHead::TrainHead(const RankOptions& options, TrainPlan plan, Link* up,
                     Link* down)
    : options_(options),
      plan_(std::move(plan)),
      pool_(options.threads, options.waiting),
      times_(static_cast<size_t>(options.ranks)) {
  if (is_alone()) return;
  mail_ = std::make_unique<Mail>(
      *up, *down, std::array{name_of_rank(options.ranks - 2), name_of_rank(0)},
      options.patience);
}

nlohmann::json TrainHead::send_plan(bool begin) {
  const nlohmann::json wanted = {{"plan", to_json(plan_)},
                                 {"begin", begin},
                                 {"claims", nlohmann::json::array()}};
  mail_->send(Side::kBelow, json_letter(*mail_, Kind::kPlan, wanted));
  if (begin) part_.emplace(plan_, options_.rank, pool_);
  Letter answer = receive(Kind::kPlan);
  return json_of(answer);
}

std::vector<MemoryClaim> TrainHead::ask_for_memory() {
  std::vector<MemoryClaim> claims;
  if (!is_alone()) {
    const nlohmann::json answer = send_plan(/*begin=*/false);
    for (const auto& claim : answer.at("claims")) {
      claims.push_back(claim_from(claim));
    }
  }
  claims.push_back(claim_of(plan_, options_.rank, options_.threads));
  return claims;
}

void TrainHead::begin() {
  if (is_alone()) {
    part_.emplace(plan_, options_.rank, pool_);
  } else {
    send_plan(/*begin=*/true);
  }
  runner_.emplace(options_.rank, options_.ranks, plan_.micro_batches,
                  static_cast<uint32_t>(plan_.rows()),
                  static_cast<uint32_t>(plan_.config.dim), mail_.get());
  make_work();
  own_times_ = {};
}

void TrainHead::say_goodbye() {
  if (is_alone()) return;
  mail_->send_error("its head has ended it");
  mail_->wait_until_sent(std::chrono::seconds(1));
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
  work_.rest = [this] { pool_.rest(); };
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
  if (mail_) {
    mail_->send(Side::kBelow, mail_->blank(Kind::kStep, 0, 0, Type::kBytes));
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
  if (mail_) {
    mail_->send(Side::kBelow, norm_letter(*mail_, table));
    Letter answer = receive(Kind::kNorm);
    table = norm_of(answer, options_.ranks);
  }
  const Stopwatch watch(own_times_.compute_ns);
  times_ = std::move(table.times);
  times_.back() = own_times_;
  return add_squares(table.sum, part_->parameters());
}

void TrainHead::update(int64_t step, float learning_rate, float scale) {
  if (mail_) {
    const Update update = {learning_rate, scale, step};
    mail_->send(Side::kBelow, update_letter(*mail_, update));
  }
  {
    const Stopwatch watch(own_times_.compute_ns);
    part_->update(learning_rate, scale, step);
  }
  if (mail_) receive(Kind::kUpdate);
}

Letter TrainHead::receive(Kind kind) {
  pool_.rest();
  const Stopwatch watch(own_times_.wait_ns);
  Letter letter = mail_->receive(Side::kAbove);
  if (letter.header.kind != kind) {
    throw RingError("the last rank's answer came out of turn");
  }
  return letter;
}

double TrainHead::evaluate(std::span<const int> tokens) {
  const std::vector<MicroBatch> batches = micro_batches_of(tokens);
  double sum = 0.0;
  if (is_alone()) {
    for (const MicroBatch& batch : batches) sum += evaluate_alone(batch);
    return sum;
  }
  // One a rank under way, so that all compute.
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
  Letter letter =
      mail_->blank(Kind::kEvaluate, static_cast<uint32_t>(plan_.rows()),
                   static_cast<uint32_t>(plan_.config.dim), Type::kF32);
  part_->ends().embed(batch.inputs, letter.floats.data());
  mail_->send(Side::kBelow, packed(*mail_, std::move(letter), options_.wire));
}

double TrainHead::finish_evaluation(const MicroBatch& batch) {
  Letter letter = unpacked(*mail_, receive(Kind::kEvaluate),
                           static_cast<uint32_t>(plan_.rows()),
                           static_cast<uint32_t>(plan_.config.dim));
  const double sum =
      part_->ends().loss_only(pool_, batch.targets, letter.floats.data());
  mail_->recycle(std::move(letter));
  return sum;
}

std::vector<std::string> TrainHead::save(int64_t step) {
  const auto round = [&](bool write) {
    const nlohmann::json saving = {
        {"step", step}, {"write", write}, {"errors", nlohmann::json::array()}};
    mail_->send(Side::kBelow, json_letter(*mail_, Kind::kSave, saving));
  };
  std::vector<std::string> errors;
  if (mail_) {
    round(/*write=*/true);
    round(/*write=*/false);
  }
  try {
    part_->write(step);
  } catch (const std::exception& error) {
    errors.emplace_back(error.what());
  }
  if (mail_) {
    receive(Kind::kSave);
    Letter answer = receive(Kind::kSave);
    const nlohmann::json report = json_of(answer);
    for (const auto& error : report.at("errors")) {
      errors.push_back(error.get<std::string>());
    }
  }
  return errors;
}

}  // namespace pi_ring
