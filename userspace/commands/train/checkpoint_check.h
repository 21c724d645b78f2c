// Whether a training can go on from a checkpoint.
#pragma once

#include <filesystem>
#include <string>

#include "model/train/checkpoint.h"
#include "model/train/verification.h"

namespace pi_ring {

struct CheckedFiles {
  Verification read;
  double seconds = 0.0;
};

// Reads all files. Throws BadInput, naming the file, where one is damaged, or
// the tokenizer or the options are not what a training can use.
CheckedFiles check_files(const Checkpoint& checkpoint);

// Throws BadInput where the log in the run's folder is not, up to the
// checkpoint's step, what it was.
void check_log(const Checkpoint& checkpoint,
               const std::filesystem::path& run_folder);

// "7 files, 1,234 bytes in 0.01 s (123 MB/s)", and that there are no checksums.
std::string describe(const CheckedFiles& checked, const Manifest& manifest);

}  // namespace pi_ring
