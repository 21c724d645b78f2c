// Gives llama2.c what it reads: a .bin of version 0, and a tokenizer.bin.
#pragma once

#include <filesystem>

#include "model/folder/model_folder.h"

namespace pi_ring {

// Values as f32, bit for bit what import_llama2c_weights would read back.
// Throws BadInput where the model has what the format cannot say: another
// base of RoPE's angles, another epsilon.
void export_llama2c_weights(const ModelFolder& model,
                            const std::filesystem::path& bin);

}  // namespace pi_ring
