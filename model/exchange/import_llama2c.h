// Brings llama2.c's .bin files, version 0, into the form of a model's folder.
#pragma once

#include <filesystem>

#include "model/architecture/config.h"

namespace pi_ring {

// Writes folder/model.safetensors and folder/config.json, and returns what the
// latter says. The tokenizer is import_llama2c_tokenizer's. Throws BadInput
// where the file is damaged, std::system_error where the folder cannot be
// written; a folder that it made is then gone again.
ModelConfig import_llama2c_weights(const std::filesystem::path& bin,
                                   const std::filesystem::path& folder);

}  // namespace pi_ring
