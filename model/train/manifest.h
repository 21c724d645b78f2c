// A checkpoint's manifest.json: what the run was, and every file by its size.
// It is written last: without it nothing of a checkpoint counts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>

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
  nlohmann::json options;  // whatever the command wants to find again
};

// Lists the sizes of the files that are in the step's folder. Throws where a
// rank's file is missing.
void write_manifest(const std::filesystem::path& step_folder,
                    const Manifest& manifest);

// Throws BadInput, naming the file, where the manifest is missing or damaged,
// or a file that it lists is missing or of another size.
Manifest read_manifest(const std::filesystem::path& step_folder);

}  // namespace pi_ring
