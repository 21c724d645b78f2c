// Tells models apart: 64 bits over a model's numbers, its tensors' names,
// types and shapes, and samples of their bytes. Not proof against malice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/architecture/config.h"
#include "model/tensor/safetensors.h"

namespace pi_ring {

// Of a whole model; throws BadInput where a tensor is missing or misshaped.
// Touches a few pages of each tensor and gives them back.
uint64_t fingerprint_of(const ModelConfig& config, const SafetensorsFile& file);

// Of the numbers in its config.json alone.
uint64_t fingerprint_of(const ModelConfig& config);

// Sixteen hexadecimal digits, as shards carry it.
std::string fingerprint_text(uint64_t fingerprint);
std::optional<uint64_t> fingerprint_from(std::string_view text);

}  // namespace pi_ring
