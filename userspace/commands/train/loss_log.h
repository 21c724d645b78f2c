// The losses of a training run, with all digits, one JSON object a line. A
// resumed run continues the file, and two runs can be compared by it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/base/checksum.h"
#include "model/base/open_file.h"
#include "userspace/commands/train/loss_plot.h"

namespace pi_ring {

struct LossRecord {
  int64_t step = 0;
  double loss = 0.0;
  double learning_rate = 0.0;
  double gradient_norm = 0.0;
  std::optional<double> validation = {};  // where it was measured
};

// The keys are those of `pi-ring train --json`.
nlohmann::ordered_json to_json(const LossRecord& record);

class LossLog {
 public:
  // Keeps the lines of FOLDER/log.jsonl up to `step` and drops the others.
  // Where there is no file, its lines begin after that step. Writes no file
  // where `folder` is empty. Throws std::system_error, or BadInput where the
  // file lacks one of those steps.
  LossLog(const std::filesystem::path& folder, int64_t step);

  // Throws std::system_error where the line could not be written; the next call
  // of sync() tries again.
  void add(const LossRecord& record);
  // Returns when the lines are on the disk. Throws std::system_error.
  void sync();

  // The size and checksum of all lines so far.
  FileSum sum() const { return checksum_.sum(); }

  const LossCurves& curves() const { return curves_; }

 private:
  void keep_until(int64_t step);
  void write_rest();
  void note(int64_t step, double loss, std::optional<double> validation);

  std::filesystem::path file_;
  OpenFile open_;
  Checksum checksum_;
  std::string unwritten_;  // the end of the log
  LossCurves curves_;
};

}  // namespace pi_ring
