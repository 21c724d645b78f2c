// A model as Hugging Face's tools take it: one folder, whatever it came from.
#pragma once

#include <filesystem>

#include "model/folder/model_folder.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// Writes config.json, model.safetensors in F32, F16 or BF16, and where the
// model has a tokenizer, tokenizer.json and tokenizer_config.json. Throws
// BadInput where a value does not fit the type.
void export_hf(const ModelFolder& model, DType type,
               const std::filesystem::path& folder);

}  // namespace pi_ring
