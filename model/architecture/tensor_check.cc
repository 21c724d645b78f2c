// Compares the names in a file with those of the list.
#include "model/architecture/tensor_check.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"

namespace pi_ring {
namespace {

std::set<std::string> names_of(const ModelConfig& config) {
  std::set<std::string> names;
  for (ModelTensor& tensor : tensors_of(config)) {
    names.insert(std::move(tensor.name));
  }
  for (const std::string_view pattern : config.architecture->ignored_tensors) {
    for (int layer = 0; layer < config.layers; ++layer) {
      names.insert(name_in_layer(pattern, layer));
    }
  }
  return names;
}

bool same_values(const TensorFile& file, const TensorView& a,
                 const TensorView& b) {
  const bool same = a.dtype == b.dtype && a.shape == b.shape &&
                    std::ranges::equal(a.bytes, b.bytes);
  file.give_back(a.bytes);
  file.give_back(b.bytes);
  return same;
}

void check_tied(const ModelConfig& config, const TensorFile& file,
                const TensorView& classifier) {
  const ModelTensor embedding = tensor_of(config, Role::kEmbedding);
  const TensorView* view = file.find(embedding.name);
  if (view != nullptr && same_values(file, classifier, *view)) return;
  throw BadInput(file.path(), "tensor " + shown(classifier.name) +
                                  " differs from " + shown(embedding.name) +
                                  ", though tie_word_embeddings says that "
                                  "they are one");
}

}  // namespace

void complete_names(const ModelConfig& config, TensorFile& file) {
  const std::string_view prefix = config.architecture->prefix;
  std::vector<std::string> bare;
  const std::set<std::string> known = names_of(config);
  for (const auto& [name, view] : file.tensors()) {
    const std::string full = std::string(prefix) + name;
    if (known.contains(full) && file.find(full) == nullptr) {
      bare.push_back(name);
    }
  }
  for (const std::string& name : bare) {
    file.rename(name, std::string(prefix) + name);
  }
}

void check_tensors(const ModelConfig& config, const Shard& shard,
                   const TensorFile& file) {
  const std::set<std::string> known = names_of(config);
  const std::string classifier = tensor_of(config, Role::kClassifier).name;
  for (const auto& [name, view] : file.tensors()) {
    if (known.contains(name)) continue;
    if (name != classifier) {
      throw BadInput(file.path(),
                     "tensor " + shown(name) + " is not part of a " +
                         std::string(config.architecture->name) + " of " +
                         std::to_string(config.layers) + " layers");
    }
    if (shard.is_head()) check_tied(config, file, view);
  }
}

}  // namespace pi_ring
