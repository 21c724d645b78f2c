// Counters of the server, in Prometheus' text form.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "userspace/serve/text_engine.h"

namespace pi_ring {

// Counts durations in ranges that double.
class DurationHistogram {
 public:
  void add(std::chrono::duration<double> duration);
  // The lines of one metric.
  std::string text(const std::string& name, const std::string& help) const;

 private:
  static constexpr size_t kRanges = 16;

  std::array<uint64_t, kRanges + 1> counts_{};  // the last: longer
  double sum_ = 0;
};

// Any thread may call it.
class ServeMetrics {
 public:
  // A request was answered, or its stream begun.
  void count_request(const std::string& path, int status);
  void count_prompt(int tokens);
  void count_tokens(int tokens);
  // The time since the request came, of a first piece of a text, and since the
  // piece before, of another.
  void measure_piece(bool is_first, std::chrono::duration<double> since);

  std::string text(const EngineLoad& load) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, uint64_t> requests_;
  uint64_t prompt_tokens_ = 0;
  uint64_t tokens_ = 0;
  DurationHistogram first_piece_;
  DurationHistogram between_pieces_;
};

}  // namespace pi_ring
