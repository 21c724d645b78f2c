// Cuts a model's folder into one folder a rank.
#pragma once

#include <filesystem>

#include "model/architecture/cut.h"
#include "model/folder/model_folder.h"

namespace pi_ring {

// Writes out/rank-0 .. out/rank-(N-1): each a model folder whose safetensors
// hold that rank's tensors only and whose metadata say which. Throws BadInput
// where the model is cut already, or `out` holds shards.
void write_shards(const ModelFolder& model, const Cut& cut,
                  const std::filesystem::path& out);

}  // namespace pi_ring
