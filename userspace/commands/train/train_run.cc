// Takes steps, and validates, logs and saves in between.
#include "userspace/commands/train/train_run.h"

#include <chrono>
#include <cmath>
#include <exception>
#include <stdexcept>
#include <utility>

#include "model/base/interruption.h"
#include "model/base/new_file.h"
#include "model/train/checkpoint.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/train/sample_text.h"

namespace pi_ring {
namespace {

using Clock = std::chrono::steady_clock;

std::string name_of_step(int64_t step) {
  return "step " + std::to_string(step);
}

// The backward pass of a step takes about twice the time of the forward pass,
// and a validation has the latter only.
Validations validations_of(const TrainOptions& options,
                           const CoveringWindows* windows) {
  constexpr double kPassesOfAStep = 3;
  if (windows == nullptr) return {};
  return {.every = options.validate_every,
          .each_in_steps = static_cast<double>(windows->count()) /
                           options.batch / kPassesOfAStep};
}

}  // namespace

TrainRun::TrainRun(const TrainOptions& options, const Batches& batches,
                   const CoveringWindows* validation, int64_t done,
                   nlohmann::json stored, std::set<int64_t> damaged)
    : options_(options),
      batches_(batches),
      validation_(validation),
      done_(done),
      saved_(done),
      tried_(done),
      stored_(std::move(stored)),
      damaged_(std::move(damaged)),
      tokens_(static_cast<size_t>(options.batch) *
              (static_cast<size_t>(options.length) + 1)),
      log_(options.save, done),
      progress_(done, options.schedule.steps,
                validations_of(options, validation)) {}

bool TrainRun::is_due(int64_t step, int64_t every) const {
  return step == options_.schedule.steps || (every > 0 && step % every == 0);
}

bool TrainRun::may_go_on() const {
  return done_ < options_.schedule.steps && unlogged_.empty() &&
         StopRequest::signal() == 0;
}

void TrainRun::run(TrainHead& head) {
  while (may_go_on()) {
    // The run ends with a failed save's reason, so here it only goes on.
    if (!unsaved_.empty() && tried_ == done_) progress_.say(unsaved_);
    take_step(head, done_ + 1);
    ++done_;
    if (is_due(done_, options_.save_every)) save(head, done_);
    if (options_.sample_every > 0 && is_due(done_, options_.sample_every)) {
      save(head, done_);
      sample(done_);
    }
  }
  save(head, done_);
  draw();
  if (!unsaved_.empty()) throw std::runtime_error(unsaved_);
  if (!unlogged_.empty()) {
    throw std::runtime_error(unlogged_ + "; " + name_of_step(saved_) +
                             " is saved");
  }
}

void TrainRun::take_step(TrainHead& head, int64_t step) {
  const float rate = learning_rate(options_.schedule, step);
  const auto start = Clock::now();
  batches_.read(step - 1, tokens_);
  const StepResult result = head.step(tokens_, step, rate, options_.clip);
  const double seconds =
      std::chrono::duration<double>(Clock::now() - start).count();
  check(result, step);
  LossRecord record = {.step = step,
                       .loss = result.loss,
                       .learning_rate = static_cast<double>(rate),
                       .gradient_norm = result.gradient_norm,
                       .validation = std::nullopt};
  if (validation_ != nullptr && is_due(step, options_.validate_every)) {
    record.validation = validate(head, step);
  }
  write_log(record);
  const double speed =
      static_cast<double>(options_.batch) * options_.length / seconds;
  progress_.show(step, result.loss, speed, head.times());
  if (options_.json) {
    auto json = to_json(record);
    json["tokens_per_second"] = speed;
    write_output(json.dump() + "\n");
  } else if (record.validation) {
    progress_.say(name_of_step(step) + ": validation loss " +
                  std::to_string(*record.validation));
  }
}

// Without its line a step cannot be resumed from. So the run ends, after a save
// that tries again to write it.
void TrainRun::write_log(const LossRecord& record) {
  try {
    log_.add(record);
  } catch (const std::system_error& error) {
    unlogged_ = error.what();
  }
}

void TrainRun::check(const StepResult& result, int64_t step) const {
  const bool loss = !std::isfinite(result.loss);
  if (!loss && std::isfinite(result.gradient_norm)) return;
  std::string text = name_of_step(step) + ": the " +
                     (loss ? "loss" : "gradient") +
                     " is not finite; a lower --lr or a longer --warmup may "
                     "help";
  if (!options_.save.empty() && saved_ > 0) {
    text += "; the checkpoint of " + name_of_step(saved_) + " stays";
  }
  throw std::runtime_error(text);
}

double TrainRun::validate(TrainHead& head, int64_t step) {
  const int64_t at_once =
      int64_t{head.plan().sequences} * head.plan().ranks() * 2;
  double sum = 0.0;
  progress_.show_validation(step, 0, validation_->count());
  for (int64_t i = 0; i < validation_->count();) {
    const int64_t windows = std::min(at_once, validation_->count() - i);
    sum += head.evaluate(validation_->read(i, windows));
    i += windows;
    progress_.show_validation(step, i, validation_->count());
  }
  return sum / (static_cast<double>(validation_->count()) * options_.length);
}

// Returns why the step could not be saved, or nothing.
std::string TrainRun::try_to_save(TrainHead& head, int64_t step) {
  try {
    log_.sync();
    begin_checkpoint(options_.save, step);
    std::string error;
    for (const std::string& one : head.save(step)) error = one;
    if (!error.empty()) return error;
    write_manifest(checkpoint_folder(options_.save, step),
                   {.mark = {.step = step, .run = head.plan().run},
                    .ranks = head.plan().ranks(),
                    .seed = options_.seed,
                    .options = stored_,
                    .log = log_.sum()});
    return {};
  } catch (const std::system_error& failure) {
    return failure.what();
  }
}

void TrainRun::save(TrainHead& head, int64_t step) {
  if (options_.save.empty() || step == tried_) return;
  tried_ = step;
  const std::string error = try_to_save(head, step);
  if (error.empty()) {
    saved_ = step;
    unsaved_.clear();
    damaged_.erase(step);
    remove_old();
    draw();
    return;
  }
  remove_checkpoint(options_.save, step);
  unsaved_ = name_of_step(step) + " could not be saved: " + error;
  if (saved_ > 0) unsaved_ += "; " + name_of_step(saved_) + " stays";
}

void TrainRun::remove_old() {
  try {
    keep_last(options_.save, options_.keep, damaged_);
  } catch (const std::system_error& error) {
    progress_.say(std::string("an old checkpoint stays: ") + error.what());
  }
}

void TrainRun::sample(int64_t step) {
  if (saved_ != step) return;
  progress_.say(name_of_step(step) + ": a sample");
  write_sample(checkpoint_folder(options_.save, step));
}

void TrainRun::draw() const {
  if (options_.plot.empty()) return;
  NewFile file(options_.plot);
  file.write(loss_svg(log_.curves()));
  file.commit();
}

}  // namespace pi_ring
