// The layout of llama2.c's .bin, version 0: seven 32-bit numbers, then f32
// values, each kind of tensor for all layers in turn.
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

// The model that the first bytes describe. Throws BadInput if they do not
// describe one. The path gives the model its name, and is the file that errors
// name.
ModelConfig read_llama2c_header(std::span<const std::byte> bytes,
                                const std::filesystem::path& bin);

inline constexpr size_t kLlama2cNumbers = 7;

// The first bytes of such a model.
std::array<int32_t, kLlama2cNumbers> llama2c_header(const ModelConfig& config);

struct Llama2cTensor {
  ModelTensor tensor;  // with its name in Hugging Face's files
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

struct Llama2cLayout {
  std::vector<Llama2cTensor> tensors;  // in the order of the file
  uint64_t file_bytes = 0;
};

Llama2cLayout llama2c_layout(const ModelConfig& config);

// The rows of a query or key matrix, in the order of the other format. RoPE
// rotates pairs of rows of a head: rows 2i and 2i+1 in llama2.c, rows i and i +
// head_dim/2 in Hugging Face's files, where a head consists of two halves.
std::vector<float> halves_of_heads(std::span<const float> pairs, int64_t rows,
                                   int head_dim);
std::vector<float> pairs_of_heads(std::span<const float> halves, int64_t rows,
                                  int head_dim);

}  // namespace pi_ring
