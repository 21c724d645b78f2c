// The lines of a run's log up to a step, from a file that may be damaged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/base/checksum.h"
#include "userspace/commands/train/loss_log.h"

namespace pi_ring {

struct LogPrefix {
  std::string text;
  std::vector<LossRecord> records;  // one after the other
};

std::filesystem::path log_file(const std::filesystem::path& folder);

// Reads the lines up to that of `step`, or as many bytes as `sum` says. A run
// whose log was lost has none of the first steps. Throws BadInput, naming the
// file and the line, where a line is missing or not one of LossLog, or the
// checksum differs.
LogPrefix read_log(const std::filesystem::path& file, int64_t step,
                   const std::optional<FileSum>& sum = {});

}  // namespace pi_ring
