// Makes a family's list of tensors into one model's.
#include "model/architecture/architecture.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "model/architecture/config.h"

namespace pi_ring {
namespace {

using Place = TensorRule::Place;

constexpr std::array kFamilies = {&kLlama, &kMistral, &kQwen2,
                                  &kQwen3, &kGemma3,  &kGpt2};

ModelTensor tensor_from(const TensorRule& rule, const ModelConfig& config,
                        int layer) {
  const bool is_gguf = config.format == FileFormat::kGguf;
  return {.name = name_in_layer(is_gguf ? rule.gguf : rule.name, layer),
          .shape = rule.shape(config),
          .role = rule.role,
          .start = rule.start,
          .decays = rule.decays,
          .rotated = rule.rotated,
          .transposed = rule.transposed && !is_gguf,
          .less_one = rule.less_one && !is_gguf};
}

const TensorRule* find_rule(const Architecture& family, Role role) {
  const auto found = std::ranges::find(family.tensors, role, &TensorRule::role);
  return found == family.tensors.end() ? nullptr : &*found;
}

void append(const ModelConfig& config, Place place, int layer,
            std::vector<ModelTensor>& list) {
  for (const TensorRule& rule : config.architecture->tensors) {
    if (rule.place != place || (rule.untied && config.tied)) continue;
    list.push_back(tensor_from(rule, config, layer));
  }
}

}  // namespace

std::vector<int64_t> ModelTensor::file_shape() const {
  if (!transposed) return shape;
  return {shape.rbegin(), shape.rend()};
}

std::optional<Role> bias_of(Role role) {
  switch (role) {
    case Role::kAttentionNorm:
      return Role::kAttentionNormBias;
    case Role::kQueryKeyValue:
      return Role::kQueryKeyValueBias;
    case Role::kQuery:
      return Role::kQueryBias;
    case Role::kKey:
      return Role::kKeyBias;
    case Role::kValue:
      return Role::kValueBias;
    case Role::kAttentionOut:
      return Role::kAttentionOutBias;
    case Role::kFeedForwardNorm:
      return Role::kFeedForwardNormBias;
    case Role::kUp:
      return Role::kUpBias;
    case Role::kDown:
      return Role::kDownBias;
    case Role::kLastNorm:
      return Role::kLastNormBias;
    default:
      return std::nullopt;
  }
}

std::span<const Architecture* const> architectures() { return kFamilies; }

const Architecture* find_architecture(std::string_view name) {
  const auto found = std::ranges::find(kFamilies, name, &Architecture::name);
  return found == kFamilies.end() ? nullptr : *found;
}

const Architecture* find_model_type(std::string_view model_type) {
  const auto found =
      std::ranges::find(kFamilies, model_type, &Architecture::model_type);
  return found == kFamilies.end() ? nullptr : *found;
}

std::string name_in_layer(std::string_view pattern, int layer) {
  std::string name(pattern);
  const size_t number = name.find('#');
  if (number != std::string::npos) {
    name.replace(number, 1, std::to_string(layer));
  }
  return name;
}

std::optional<ModelTensor> find_tensor(const ModelConfig& config, Role role,
                                       int layer) {
  const TensorRule* rule = find_rule(*config.architecture, role);
  if (rule == nullptr) return std::nullopt;
  return tensor_from(*rule, config, layer);
}

int outputs_of(const ModelConfig& config, std::span<const Role> matrices) {
  int64_t outputs = 0;
  for (const Role role : matrices) {
    const auto matrix = find_tensor(config, role);
    if (matrix) outputs += matrix->shape.at(0);
  }
  return static_cast<int>(outputs);
}

bool has_role(const Architecture& family, Role role) {
  return find_rule(family, role) != nullptr;
}

ModelTensor tensor_of(const ModelConfig& config, Role role, int layer) {
  std::optional<ModelTensor> found = find_tensor(config, role, layer);
  if (found) return *std::move(found);
  throw std::logic_error(std::string(config.architecture->name) +
                         " has no tensor of this role");
}

ModelTensor classifier_of(const ModelConfig& config) {
  return tensor_of(config, config.tied ? Role::kEmbedding : Role::kClassifier);
}

std::vector<ModelTensor> tensors_of(const ModelConfig& config,
                                    const Shard& shard) {
  std::vector<ModelTensor> list;
  if (shard.is_head()) append(config, Place::kBeforeLayers, 0, list);
  for (int layer = shard.begin; layer < shard.end; ++layer) {
    append(config, Place::kEachLayer, layer, list);
  }
  if (shard.is_head()) append(config, Place::kAfterLayers, 0, list);
  return list;
}

std::vector<ModelTensor> tensors_of(const ModelConfig& config) {
  return tensors_of(
      config, Shard{.rank = 0, .ranks = 1, .begin = 0, .end = config.layers});
}

}  // namespace pi_ring
