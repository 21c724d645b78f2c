// An engine that keeps its jobs, for the test to do.
#pragma once

#include <iterator>
#include <utility>
#include <vector>

#include "userspace/serve/text_engine.h"

namespace pi_ring {

class KeptJobs : public TextEngine {
 public:
  bool accept(std::vector<TextJob> jobs) override {
    if (jobs.size() > room) return false;
    std::move(jobs.begin(), jobs.end(), std::back_inserter(all));
    return true;
  }
  EngineLoad load() const override {
    return {.waiting = static_cast<int>(all.size()), .running = 0};
  }
  bool is_working() const override { return works; }

  std::vector<TextJob> all;
  size_t room = 100;
  bool works = true;
};

}  // namespace pi_ring
