// What a family of models is, as data. A family is one file, such as llama.cc;
// everything that knows a tensor or a field of config.json reads it there.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
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
  kPositionEmbedding,
  kAttentionNorm,
  kAttentionNormBias,
  kQueryKeyValue,  // the three in one matrix
  kQueryKeyValueBias,
  kQuery,
  kQueryBias,
  kQueryNorm,  // of each head's vector
  kKey,
  kKeyBias,
  kKeyNorm,
  kValue,
  kValueBias,
  kAttentionOut,
  kAttentionOutBias,
  kAttentionOutNorm,  // of what attention adds to the residual
  kFeedForwardNorm,
  kFeedForwardNormBias,
  kGate,
  kUp,
  kUpBias,
  kDown,
  kDownBias,
  kDownNorm,  // of what the feed-forward layer adds to the residual
  kLastNorm,
  kLastNormBias,
  kClassifier,
};

// The role of the vector that is added to the outputs of a matrix or a norm, if
// a family has it.
std::optional<Role> bias_of(Role role);

// The matrices over the same input, whose outputs stand side by side. A family
// has some of them.
inline constexpr std::array kQueryKeyValueRoles = {
    Role::kQueryKeyValue, Role::kQuery, Role::kKey, Role::kValue};
inline constexpr std::array kAttentionOutRoles = {Role::kAttentionOut};
inline constexpr std::array kLiftRoles = {Role::kGate, Role::kUp};
inline constexpr std::array kDownRoles = {Role::kDown};

// Formats of files, which differ in tensors' names, and in how some are stored.
enum class FileFormat { kSafetensors, kGguf };

// One entry of a family's list: a tensor, or one tensor a layer.
struct TensorRule {
  enum class Place { kBeforeLayers, kEachLayer, kAfterLayers };
  enum class Start {
    kOnes,
    kZeros,
    kNormal,
    // Its output is added to the residual: normal, with a deviation that
    // shrinks with the number of such additions.
    kResidual,
  };

  Role role;
  Place place;
  // Hugging Face's and GGUF's; '#' stands for the layer's number.
  std::string_view name;
  std::string_view gguf;
  // [outputs, inputs], or [size] of a vector.
  std::vector<int64_t> (*shape)(const ModelConfig& config);
  Start start;           // the values that training begins with
  bool decays = true;    // under the optimiser's weight decay
  bool rotated = false;  // RoPE rotates its outputs, in pairs within each head
  bool untied = false;   // part of the model only where the ends are not tied
  // How Hugging Face stores it. GGUF has it as it is computed with.
  bool transposed = false;  // as [inputs, outputs]
  bool less_one = false;    // a norm's scale, less 1
};

// A tensor of one model, as the family's list has it for this config.
struct ModelTensor {
  std::string name;
  std::vector<int64_t> shape;  // [outputs, inputs], or [size]
  Role role{};
  TensorRule::Start start = TensorRule::Start::kNormal;
  bool decays = true;
  bool rotated = false;
  // As its file has it: [inputs, outputs], or a scale less 1.
  bool transposed = false;
  bool less_one = false;

  // The shape that the file gives.
  std::vector<int64_t> file_shape() const;
};

// How a vector is brought to unit size: over the root of its mean square, or
// less its mean and over its deviation.
enum class NormKind { kRootMeanSquare, kMeanAndDeviation };
// The function in the feed-forward layer; GELU is in its tanh form.
enum class Activation { kSilu, kGelu };
// Angles by which queries and keys are rotated, or vectors that are learned.
enum class Positions { kRotary, kLearned };

// What the list of tensors says is not said again: a family whose list has
// biases, norms of queries or a gate computes with them.
struct Architecture {
  std::string_view name;        // in config.json's architectures
  std::string_view model_type;  // in config.json
  std::string_view gguf;        // general.architecture
  // Hugging Face's name of the whole but the classifier, with a dot. Some files
  // leave it out of their tensors' names.
  std::string_view prefix;
  std::span<const TensorRule> tensors;  // in the model's order
  NormKind norm = NormKind::kRootMeanSquare;
  Activation activation = Activation::kSilu;
  Positions positions = Positions::kRotary;
  bool scaled_embedding = false;  // times the root of its width
  // In GGUF, the rows of rotated tensors are in the order of pairs; otherwise
  // halves, as Hugging Face has them: row i of a head pairs with i + width / 2.
  bool gguf_pairs = false;
  // Names that files of this family may have beside the model's tensors, and
  // that have no influence on its results.
  std::span<const std::string_view> ignored_tensors;
  // Fields that kFieldsOfMany lacks, or that this family sorts differently.
  std::span<const FieldRule> fields;
  float deviation;  // of the normal numbers that training starts from

  // Gives a model of any numbers what this family has beside them: for models
  // that are drawn, not read. Null where there is nothing.
  void (*complete)(ModelConfig& config) = nullptr;
  // From and to config.json's object. What `read` asks for must be in `fields`.
  void (*read)(const ConfigFields& fields, ModelConfig& config);
  nlohmann::json (*write)(const ModelConfig& config);
};

extern const Architecture kLlama;
extern const Architecture kMistral;
extern const Architecture kQwen2;
extern const Architecture kQwen3;
extern const Architecture kGemma3;
extern const Architecture kGpt2;

// The families; the one of that name in config.json, and of that model_type.
// Null where there is none.
std::span<const Architecture* const> architectures();
const Architecture* find_architecture(std::string_view name);
const Architecture* find_model_type(std::string_view model_type);

// A pattern of a family's list with the layer's number in the place of '#'.
std::string name_in_layer(std::string_view pattern, int layer);

// One tensor of the model's list. Throws std::logic_error where its family has
// none of that role.
ModelTensor tensor_of(const ModelConfig& config, Role role, int layer = 0);
// The same; nothing where the family has none.
std::optional<ModelTensor> find_tensor(const ModelConfig& config, Role role,
                                       int layer = 0);
// The outputs of all of these matrices that it has.
int outputs_of(const ModelConfig& config, std::span<const Role> matrices);
bool has_role(const Architecture& family, Role role);
// The classifier's matrix, which is the embedding where the model ties the two.
ModelTensor classifier_of(const ModelConfig& config);

// All tensors, in the model's order: what the whole model holds, and what one
// shard holds.
std::vector<ModelTensor> tensors_of(const ModelConfig& config);
std::vector<ModelTensor> tensors_of(const ModelConfig& config,
                                    const Shard& shard);

}  // namespace pi_ring
