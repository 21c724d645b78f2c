// Lines of name, labels and value.
#include "userspace/serve/serve_metrics.h"

#include <cmath>
#include <cstdio>

namespace pi_ring {
namespace {

constexpr double kShortest = 0.001;  // seconds: the end of the first range

std::string number(double value) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%.9g", value);
  return digits.data();
}

std::string heading(const std::string& name, const std::string& type,
                    const std::string& help) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

std::string metric(const std::string& name, const std::string& type,
                   const std::string& help, double value) {
  return heading(name, type, help) + name + " " + number(value) + "\n";
}

}  // namespace

void DurationHistogram::add(std::chrono::duration<double> duration) {
  size_t range = 0;
  for (double end = kShortest; range < kRanges && duration.count() > end;
       end *= 2) {
    ++range;
  }
  ++counts_.at(range);
  sum_ += duration.count();
}

std::string DurationHistogram::text(const std::string& name,
                                    const std::string& help) const {
  std::string text = heading(name, "histogram", help);
  uint64_t total = 0;
  double end = kShortest;
  for (size_t range = 0; range < kRanges; ++range, end *= 2) {
    total += counts_.at(range);
    text += name + "_bucket{le=\"" + number(end) + "\"} " +
            std::to_string(total) + "\n";
  }
  total += counts_.back();
  text += name + "_bucket{le=\"+Inf\"} " + std::to_string(total) + "\n";
  return text + name + "_sum " + number(sum_) + "\n" + name + "_count " +
         std::to_string(total) + "\n";
}

void ServeMetrics::count_request(const std::string& path, int status) {
  const std::lock_guard lock(mutex_);
  ++requests_[{path, status}];
}

void ServeMetrics::count_prompt(int tokens) {
  const std::lock_guard lock(mutex_);
  prompt_tokens_ += static_cast<uint64_t>(tokens);
}

void ServeMetrics::count_tokens(int tokens) {
  const std::lock_guard lock(mutex_);
  tokens_ += static_cast<uint64_t>(tokens);
}

void ServeMetrics::measure_piece(bool is_first,
                                 std::chrono::duration<double> since) {
  const std::lock_guard lock(mutex_);
  (is_first ? first_piece_ : between_pieces_).add(since);
}

std::string ServeMetrics::text(const EngineLoad& load) const {
  const std::lock_guard lock(mutex_);
  std::string text =
      heading("pi_ring_requests_total", "counter", "Requests, by their answer");
  for (const auto& [key, count] : requests_) {
    text += "pi_ring_requests_total{path=\"" + key.first + "\",status=\"" +
            std::to_string(key.second) + "\"} " + std::to_string(count) + "\n";
  }
  text += metric("pi_ring_prompt_tokens_total", "counter",
                 "Tokens of prompts that were accepted",
                 static_cast<double>(prompt_tokens_));
  text += metric("pi_ring_generated_tokens_total", "counter",
                 "Tokens that were made", static_cast<double>(tokens_));
  text += metric("pi_ring_texts_waiting", "gauge", "Texts in the queue",
                 load.waiting);
  text +=
      metric("pi_ring_texts_running", "gauge", "Texts under way", load.running);
  text += first_piece_.text("pi_ring_first_token_seconds",
                            "From the request to the first token");
  return text + between_pieces_.text("pi_ring_between_tokens_seconds",
                                     "From one token to the next");
}

}  // namespace pi_ring
