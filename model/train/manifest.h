// A checkpoint's manifest.json: what the run was, and the size and checksum of
// every file. It is written last: without it nothing of a checkpoint counts.
// Its last line is a checksum of the lines above.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "model/base/checksum.h"
#include "model/train/file_sums.h"

namespace pi_ring {

// What is the same for every rank of one checkpoint.
struct CheckpointMark {
  int64_t step = 0;  // steps done; the data's position too
  uint64_t run = 0;  // tells runs apart, such as a hash of seed and data
};

struct Manifest {
  CheckpointMark mark;
  int ranks = 1;
  uint64_t seed = 0;
  nlohmann::json options;            // whatever the command wants to find again
  std::optional<FileSum> log = {};   // the run's log as it was at this step
  std::vector<FileSums> files = {};  // by rank; write_manifest() fills it in
  bool has_checksums = true;         // older checkpoints have sizes only
};

// Takes in the sums that the ranks have left in the step's folder. Throws
// std::system_error where a rank's file is missing.
void write_manifest(const std::filesystem::path& step_folder,
                    const Manifest& manifest);

// Throws BadInput, naming the file, where the manifest is missing or damaged,
// or a file that it lists is missing or of another size.
Manifest read_manifest(const std::filesystem::path& step_folder);

}  // namespace pi_ring
