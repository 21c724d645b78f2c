// Composes the line and prints it.
#include "userspace/commands/train/train_progress.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <iostream>

#include "model/base/wording.h"
#include "userspace/commands/text_output.h"

namespace pi_ring {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

std::string describe_time(double seconds_left) {
  const auto whole = static_cast<int64_t>(std::llround(seconds_left));
  char text[48];
  std::snprintf(text, sizeof text, "%lld:%02d:%02d left",
                static_cast<long long>(whole / 3600),
                static_cast<int>(whole / 60 % 60),
                static_cast<int>(whole % 60));
  return text;
}

}  // namespace

std::vector<int> wait_shares(const std::vector<RankTimes>& before,
                             const std::vector<RankTimes>& now) {
  std::vector<int> shares;
  for (size_t i = 0; i < now.size(); ++i) {
    const RankTimes earlier = i < before.size() ? before[i] : RankTimes{};
    const auto waited = static_cast<double>(now[i].wait_ns - earlier.wait_ns);
    const auto all =
        waited + static_cast<double>(now[i].compute_ns - earlier.compute_ns);
    shares.push_back(
        all > 0 ? static_cast<int>(std::lround(100.0 * waited / all)) : 0);
  }
  return shares;
}

double estimate_time_left(const TimeTaken& taken, int64_t steps,
                          int64_t validations, double validation_in_steps) {
  if (taken.steps == 0) return 0.0;
  const double step = taken.in_steps / static_cast<double>(taken.steps);
  const double validation =
      taken.validations > 0
          ? taken.in_validations / static_cast<double>(taken.validations)
          : validation_in_steps * step;
  return step * static_cast<double>(steps) +
         validation * static_cast<double>(validations);
}

int64_t Validations::left(int64_t step, int64_t all_steps) const {
  if (every == 0 || step >= all_steps) return 0;
  return all_steps / every - step / every + (all_steps % every != 0 ? 1 : 0);
}

TrainProgress::TrainProgress(int64_t done, int64_t all, Validations validations)
    : first_(done),
      all_(all),
      validations_(validations),
      terminal_(isatty(STDERR_FILENO) == 1) {}

TrainProgress::~TrainProgress() {
  if (terminal_ && shown_) std::cerr << '\n';
}

void TrainProgress::show(int64_t step, double loss, double tokens_per_second,
                         const std::vector<RankTimes>& times) {
  const Clock::time_point now = Clock::now();
  if (step != all_ && !is_due(now)) return;
  clear();
  std::cerr << describe(step, loss, tokens_per_second, times)
            << (terminal_ ? "" : "\n") << std::flush;
  shown_ = true;
  last_ = now;
  before_ = times;
}

bool TrainProgress::is_due(Clock::time_point now) const {
  const auto pause = terminal_ ? duration<double>(0.2) : duration<double>(10);
  return !shown_ || now - last_ >= pause;
}

void TrainProgress::show_validation(int64_t step, int64_t done,
                                    int64_t windows) {
  const Clock::time_point now = Clock::now();
  if (done == 0) validation_start_ = now;
  if (done == windows) {
    in_validations_ += now - validation_start_;
    ++validated_;
  } else if (is_due(now)) {
    clear();
    std::cerr << "step " << step << '/' << all_ << "  validating, " << done
              << " of " << windows << " windows" << (terminal_ ? "" : "\n")
              << std::flush;
    shown_ = true;
    last_ = now;
  }
}

double TrainProgress::time_left(int64_t step) const {
  const Clock::duration passed = Clock::now() - start_;
  const TimeTaken taken = {
      .in_steps = duration<double>(passed - in_validations_).count(),
      .steps = step - first_,
      .in_validations = duration<double>(in_validations_).count(),
      .validations = validated_};
  return estimate_time_left(taken, all_ - step, validations_.left(step, all_),
                            validations_.each_in_steps);
}

void TrainProgress::say(const std::string& text) {
  clear();
  shown_ = false;
  tell_user(text);
}

void TrainProgress::clear() const {
  if (terminal_ && shown_) std::cerr << "\r\33[K";
}

std::string TrainProgress::describe(int64_t step, double loss,
                                    double tokens_per_second,
                                    const std::vector<RankTimes>& times) const {
  char text[128];
  std::snprintf(text, sizeof text, "step %lld/%lld  loss %.4f  %s tokens/s  ",
                static_cast<long long>(step), static_cast<long long>(all_),
                loss, grouped(std::llround(tokens_per_second)).c_str());
  std::string line = text + describe_time(time_left(step));
  if (times.size() == 1) return line;
  line += "  ranks wait";
  const char* separator = " ";
  for (const int share : wait_shares(before_, times)) {
    line += separator + std::to_string(share) + '%';
    separator = ", ";
  }
  return line + " of the time";
}

}  // namespace pi_ring
