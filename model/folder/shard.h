// Cuts a model's folder into one folder a rank.
#pragma once

#include <filesystem>

namespace pi_ring {

// Writes out/rank-0 .. out/rank-(N-1): each a model folder whose safetensors
// hold that rank's tensors only and whose metadata say which.
void write_shards(const std::filesystem::path& model, int ranks,
                  const std::filesystem::path& out);

// How many ranks the folder was cut for, or 0 for a whole model.
int ranks_of_shards(const std::filesystem::path& model);

}  // namespace pi_ring
