// Reads all files of a checkpoint, and compares them with its manifest.
#pragma once

#include <cstdint>
#include <filesystem>

#include "model/train/checkpoint.h"

namespace pi_ring {

// What was read.
struct Verification {
  int files = 0;
  uint64_t bytes = 0;
};

// Throws BadInput, naming the first file whose checksum is not that of the
// manifest, or which holds a value that is not finite. Where the manifest has
// no checksums only the values are looked at.
Verification verify(const Checkpoint& checkpoint);

}  // namespace pi_ring
