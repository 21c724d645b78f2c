// A short text from a checkpoint, which shows how a training goes.
#pragma once

#include <filesystem>

namespace pi_ring {

// Runs `pi-ring generate` on the model, with its text on standard error. A
// failure does not end the training.
void write_sample(const std::filesystem::path& model);

}  // namespace pi_ring
