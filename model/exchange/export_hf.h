// Writes a model as one folder that Hugging Face's tools read.
#pragma once

#include <filesystem>

#include "model/folder/model_folder.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// Writes config.json, model.safetensors in F32, F16 or BF16, and the files of
// the tokenizer and tokenizer_config.json if the model has one. Throws BadInput
// if a value does not fit the type.
void export_hf(const ModelFolder& model, DType type,
               const std::filesystem::path& folder);

}  // namespace pi_ring
