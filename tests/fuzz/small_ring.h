// A ring of three ranks with a model of a few kilobytes, and what its ranks
// send at an honest text.
#pragma once

#include <filesystem>
#include <string>

#include "model/folder/weights.h"
#include "tests/fuzz/messages.h"

namespace pi_ring {

inline constexpr int kSmallRanks = 3;

// The model's folder.
const std::filesystem::path& small_model();

const Weights& small_weights(int rank);

// What this rank's neighbour above greets it with.
OneMessage greeting_for(int rank);

// A greeting and one row, so that the answer shows what the rank computes.
std::string honest_text_for(int rank);

}  // namespace pi_ring
