// Where llama2.c's .bin, version 0, keeps which tensor: seven 32-bit numbers,
// then f32 values, each kind of tensor for all layers in turn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model/architecture/config.h"

namespace pi_ring {

// The model that the first bytes describe; throws BadInput where they describe
// none. `bin` is only named in errors, and gives the model its name.
ModelConfig read_llama2c_header(std::span<const std::byte> bytes,
                                const std::filesystem::path& bin);

inline constexpr size_t kLlama2cNumbers = 7;

// The first bytes of such a model.
std::array<int32_t, kLlama2cNumbers> llama2c_header(const ModelConfig& config);

struct Llama2cTensor {
  ModelTensor tensor;  // as Hugging Face calls it
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

struct Llama2cLayout {
  std::vector<Llama2cTensor> tensors;  // in the file's order
  uint64_t file_bytes = 0;
};

Llama2cLayout llama2c_layout(const ModelConfig& config);

}  // namespace pi_ring
