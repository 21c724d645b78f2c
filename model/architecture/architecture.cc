// Makes a family's list of tensors into one model's.
#include "model/architecture/architecture.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "model/architecture/config.h"

namespace pi_ring {
namespace {

using Place = TensorRule::Place;

constexpr std::array kFamilies = {&kLlama};

ModelTensor tensor_from(const TensorRule& rule, const ModelConfig& config,
                        int layer) {
  return {.name = name_in_layer(rule.name, layer),
          .shape = rule.shape(config),
          .role = rule.role,
          .start = rule.start,
          .decays = rule.decays,
          .rotated = rule.rotated};
}

void append(const ModelConfig& config, Place place, int layer,
            std::vector<ModelTensor>& list) {
  for (const TensorRule& rule : config.architecture->tensors) {
    if (rule.place != place || (rule.untied && config.tied)) continue;
    list.push_back(tensor_from(rule, config, layer));
  }
}

}  // namespace

std::span<const Architecture* const> architectures() { return kFamilies; }

const Architecture* find_architecture(std::string_view name) {
  const auto found = std::ranges::find(kFamilies, name, &Architecture::name);
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

ModelTensor tensor_of(const ModelConfig& config, Role role, int layer) {
  const auto rules = config.architecture->tensors;
  const auto found = std::ranges::find(rules, role, &TensorRule::role);
  if (found == rules.end()) {
    throw std::logic_error(std::string(config.architecture->name) +
                           " has no tensor of this role");
  }
  return tensor_from(*found, config, layer);
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
