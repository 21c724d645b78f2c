// Tells models apart: 64 bits over a model's numbers, its tensors' names,
// types and shapes, and samples of their bytes. Not proof against malice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/architecture/config.h"
#include "model/tensor/tensor_file.h"

namespace pi_ring {

// Returns the fingerprint of a whole model. Reads a few pages of each tensor
// and gives them back. Throws BadInput where a tensor is missing or misshaped.
uint64_t fingerprint_of(const ModelConfig& config, const TensorFile& file);

// Returns the fingerprint of the numbers in its config.json alone.
uint64_t fingerprint_of(const ModelConfig& config);

// Sixteen hexadecimal digits, as shards carry it.
std::string fingerprint_text(uint64_t fingerprint);
std::optional<uint64_t> fingerprint_from(std::string_view text);

}  // namespace pi_ring
