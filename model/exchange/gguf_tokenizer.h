// Writes a tokenizer as GGUF has it.
#pragma once

#include <filesystem>

#include "model/architecture/config.h"
#include "model/tensor/gguf_writer.h"

namespace pi_ring {

// Adds the tokenizer of a model's folder, or of a GGUF file, and its chat
// template if it has one. Throws BadInput where GGUF cannot hold it.
void add_gguf_tokenizer(const std::filesystem::path& folder,
                        const ModelConfig& config, GgufMetadata& metadata);

}  // namespace pi_ring
