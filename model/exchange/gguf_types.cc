// The rules that llama.cpp's quantising programs follow.
#include "model/exchange/gguf_types.h"

#include <algorithm>
#include <array>

namespace pi_ring {
namespace {

constexpr std::array kAllGgufTypes = {
    GgufTypes{"f32", 0, DType::F32},
    GgufTypes{"f16", 1, DType::F16},
    GgufTypes{"bf16", 32, DType::BF16},
    GgufTypes{"q8_0", 7, DType::Q8_0},
    GgufTypes{"q4_0", 2, DType::Q4_0},
    GgufTypes{"q4_1", 3, DType::Q4_1},
    GgufTypes{"q5_0", 8, DType::Q5_0},
    GgufTypes{"q5_1", 9, DType::Q5_1},
    GgufTypes{"q4_k_m", 15, DType::Q4_K, true},
    GgufTypes{"q5_k_m", 17, DType::Q5_K, true},
    GgufTypes{"q6_k", 18, DType::Q6_K},
};

// The first and last eighth of the layers, and every third between.
bool has_more_bits(int layer, int layers) {
  const int eighth = layers / 8;
  return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
}

bool is_classifier(const ModelConfig& config, Role role) {
  return role == (config.tied ? Role::kEmbedding : Role::kClassifier);
}

DType wished_type(const ModelConfig& config, const GgufTypes& types, Role role,
                  int layer) {
  if (is_classifier(config, role)) {
    return types.most == DType::Q8_0 ? DType::Q8_0 : DType::Q6_K;
  }
  if (!types.is_mixed) return types.most;
  if (role == Role::kQueryKeyValue) {
    return types.most == DType::Q4_K ? DType::Q5_K : DType::Q6_K;
  }
  const bool is_sensitive = role == Role::kValue || role == Role::kDown;
  return is_sensitive && has_more_bits(layer, config.layers) ? DType::Q6_K
                                                             : types.most;
}

DType with_smaller_blocks(DType type) {
  switch (type) {
    case DType::Q4_K:
      return DType::Q5_0;
    case DType::Q5_K:
      return DType::Q5_1;
    case DType::Q6_K:
      return DType::Q8_0;
    default:
      return DType::F16;
  }
}

}  // namespace

std::optional<GgufTypes> find_gguf_types(std::string_view name) {
  const auto* found = std::ranges::find(kAllGgufTypes, name, &GgufTypes::name);
  if (found == kAllGgufTypes.end()) return std::nullopt;
  return *found;
}

std::string names_of_gguf_types() {
  std::string names;
  for (const GgufTypes& types : kAllGgufTypes) {
    names += (names.empty() ? "" : ", ") + std::string(types.name);
  }
  return names;
}

DType type_in_gguf(const ModelConfig& config, const GgufTypes& types,
                   const ModelTensor& tensor, int layer) {
  // Vectors are small, and positions are read as they are.
  if (tensor.shape.size() == 1 || tensor.role == Role::kPositionEmbedding) {
    return DType::F32;
  }
  if (!is_quantised(types.most)) return types.most;
  DType type = wished_type(config, types, tensor.role, layer);
  const auto columns = static_cast<uint64_t>(tensor.shape.back());
  while (columns % block_of(type).values != 0) type = with_smaller_blocks(type);
  return type;
}

}  // namespace pi_ring
