// What a family of models is, as data. A family is one file, such as llama.cc;
// everything that knows a tensor or a field of config.json reads it there.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/architecture/cut.h"

namespace pi_ring {

class ConfigFields;
struct FieldRule;
struct ModelConfig;

// What a tensor is for. A family has the tensors that it lists: layers ask for
// one by its role.
enum class Role {
  kEmbedding,
  kAttentionNorm,
  kQuery,
  kKey,
  kValue,
  kAttentionOut,
  kFeedForwardNorm,
  kGate,
  kUp,
  kDown,
  kLastNorm,
  kClassifier,
};

// One entry of a family's list: a tensor, or one tensor a layer.
struct TensorRule {
  enum class Place { kBeforeLayers, kEachLayer, kAfterLayers };
  enum class Start {
    kOnes,
    kNormal,
    // Its output is added to the residual: normal, with a deviation that
    // shrinks with the number of such additions.
    kResidual,
  };

  Role role;
  Place place;
  // Hugging Face's; '#' stands for the layer's number.
  std::string_view name;
  // [rows, columns], or [size] of a vector.
  std::vector<int64_t> (*shape)(const ModelConfig& config);
  Start start;           // the values that training begins with
  bool decays = true;    // under the optimiser's weight decay
  bool rotated = false;  // RoPE rotates its outputs, in pairs within each head
  bool untied = false;   // part of the model only where the ends are not tied
};

// A tensor of one model, as the family's list has it for this config.
struct ModelTensor {
  std::string name;
  std::vector<int64_t> shape;
  Role role{};
  TensorRule::Start start = TensorRule::Start::kNormal;
  bool decays = true;
  bool rotated = false;
};

struct Architecture {
  std::string_view name;                // in config.json's architectures
  std::string_view model_type;          // in config.json
  std::span<const TensorRule> tensors;  // in the model's order
  // Names that files of this family may have beside the model's tensors, and
  // that have no influence on its results.
  std::span<const std::string_view> ignored_tensors;
  // Fields that kFieldsOfMany lacks, or that this family sorts differently.
  std::span<const FieldRule> fields;
  float deviation;  // of the normal numbers that training starts from

  // From and to config.json's object. What `read` asks for must be in `fields`.
  void (*read)(const ConfigFields& fields, ModelConfig& config);
  nlohmann::json (*write)(const ModelConfig& config);
};

extern const Architecture kLlama;

// The families, and the one of that name; null where there is none.
std::span<const Architecture* const> architectures();
const Architecture* find_architecture(std::string_view name);

// A pattern of a family's list with the layer's number in the place of '#'.
std::string name_in_layer(std::string_view pattern, int layer);

// One tensor of the model's list. Throws std::logic_error where its family has
// none of that role.
ModelTensor tensor_of(const ModelConfig& config, Role role, int layer = 0);
// The classifier's matrix, which is the embedding where the model ties the two.
ModelTensor classifier_of(const ModelConfig& config);

// All tensors, in the model's order: what the whole model holds, and what one
// shard holds.
std::vector<ModelTensor> tensors_of(const ModelConfig& config);
std::vector<ModelTensor> tensors_of(const ModelConfig& config,
                                    const Shard& shard);

}  // namespace pi_ring
