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

TrainProgress::TrainProgress(int64_t done, int64_t all)
    : first_(done), all_(all), terminal_(isatty(STDERR_FILENO) == 1) {}

TrainProgress::~TrainProgress() {
  if (terminal_ && shown_) std::cerr << '\n';
}

void TrainProgress::show(int64_t step, double loss, double tokens_per_second,
                         const std::vector<RankTimes>& times) {
  const auto pause = terminal_ ? duration<double>(0.2) : duration<double>(10);
  const Clock::time_point now = Clock::now();
  if (step != all_ && shown_ && now - last_ < pause) return;
  clear();
  std::cerr << describe(step, loss, tokens_per_second, times)
            << (terminal_ ? "" : "\n") << std::flush;
  shown_ = true;
  last_ = now;
  before_ = times;
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
  const double passed = duration<double>(Clock::now() - start_).count();
  std::string line =
      text + describe_time(passed * static_cast<double>(all_ - step) /
                           static_cast<double>(step - first_));
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
