// A training run's losses, one JSON object a line, every digit of them: what a
// run that is resumed goes on from, and what two runs are compared by.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "model/base/open_file.h"
#include "userspace/commands/train/loss_plot.h"

namespace pi_ring {

struct LossRecord {
  int64_t step = 0;
  double loss = 0.0;
  double learning_rate = 0.0;
  double gradient_norm = 0.0;
  std::optional<double> validation;  // where it was measured
};

// The keys are those of `pi-ring train --json`.
nlohmann::ordered_json to_json(const LossRecord& record);

class LossLog {
 public:
  // Keeps what FOLDER/log.jsonl says up to `step`, the last that counts. No
  // file where the folder is empty. Throws std::system_error, or BadInput where
  // the file lacks one of those steps.
  LossLog(const std::filesystem::path& folder, int64_t step);

  void add(const LossRecord& record);
  // Brings it to the disk.
  void sync();

  const LossCurves& curves() const { return curves_; }

 private:
  void keep_until(int64_t step);
  void note(int64_t step, double loss, std::optional<double> validation);

  std::filesystem::path file_;
  OpenFile open_;
  LossCurves curves_;
};

}  // namespace pi_ring
