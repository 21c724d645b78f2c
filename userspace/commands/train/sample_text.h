// A short text from a checkpoint, for the eyes of who trains it.
#pragma once

#include <filesystem>

namespace pi_ring {

// Runs `pi-ring generate` on the model, its text going to standard error. That
// it failed is no reason for a training run to end.
void write_sample(const std::filesystem::path& model);

}  // namespace pi_ring
