// Writes a model as llama2.c's .bin, version 0.
#pragma once

#include <filesystem>

#include "model/folder/model_folder.h"

namespace pi_ring {

// Writes the values as f32, so that import_llama2c_weights reads the same bits.
// Throws BadInput if the model has another base of RoPE's angles or another
// epsilon than llama2.c computes with, because the format has no place for
// them.
void export_llama2c_weights(const ModelFolder& model,
                            const std::filesystem::path& bin);

}  // namespace pi_ring
