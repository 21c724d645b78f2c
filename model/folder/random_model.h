// Models of the usual shapes with random weights: for measuring, and for what
// stands in a trained model's place until there is one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "model/architecture/config.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// "260K", "15M", "42M" or "110M"; std::invalid_argument for another name. The
// sizes are Llama's: other families have about as many weights.
ModelConfig shape_of(std::string_view name,
                     const Architecture& family = kLlama);

// Writes config.json, with a note that says untrained, and model.safetensors;
// a tokenizer is not a matter of chance. The same seed gives the same bytes on
// every machine. Throws std::system_error; type must be readable.
void write_random_model(const ModelConfig& config, uint64_t seed, DType type,
                        const std::filesystem::path& folder);

}  // namespace pi_ring
