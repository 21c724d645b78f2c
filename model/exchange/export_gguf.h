// Writes a model as a GGUF file, which llama.cpp and pi-ring run as it is.
#pragma once

#include <filesystem>

#include "model/exchange/gguf_types.h"
#include "model/folder/model_folder.h"

namespace pi_ring {

// Reads and writes a few rows at a time, so that memory holds little of the
// model. A model that is quantised already is quantised once more. Throws
// BadInput where a value does not fit the type, or GGUF cannot say what the
// model is.
void export_gguf(const ModelFolder& model, const GgufTypes& types, int threads,
                 const std::filesystem::path& out);

}  // namespace pi_ring
