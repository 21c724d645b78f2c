// Makes a model's folder from llama2.c's .bin, version 0.
#pragma once

#include <filesystem>

#include "model/architecture/config.h"

namespace pi_ring {

// Writes folder/model.safetensors and folder/config.json, and returns the
// config. import_llama2c_tokenizer() imports the tokenizer. Throws BadInput if
// the file is damaged, and std::system_error if the folder cannot be written;
// then it removes a folder that it made.
ModelConfig import_llama2c_weights(const std::filesystem::path& bin,
                                   const std::filesystem::path& folder);

}  // namespace pi_ring
