// Opens a folder's config.json and its safetensors, or a GGUF file.
#include "model/folder/model_part.h"

#include <string>
#include <utility>

#include "model/architecture/tensor_check.h"
#include "model/base/bad_input.h"
#include "model/folder/fingerprint.h"
#include "model/folder/gguf_config.h"
#include "model/folder/weights_index.h"
#include "model/tensor/safetensors.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

void check_mark(const ModelPart& part) {
  const Shard& held = part.mark->shard;
  const int layers = part.config.layers;
  if (fingerprint_of(part.config) != part.mark->config) {
    if (part.gguf) {
      throw BadInput(part.gguf->path(),
                     "has other numbers than it was cut with");
    }
    throw BadInput(part.folder / kConfigFile,
                   "is not the one that the shard beside it was cut with");
  }
  if (held.ranks > layers + 1) {
    throw BadInput(part.tensors->path(),
                   "claims to be cut for " + std::to_string(held.ranks) +
                       " ranks, more than its " + std::to_string(layers) +
                       " layers allow");
  }
  if (held.end > layers) {
    throw BadInput(part.tensors->path(),
                   "holds layers up to " + std::to_string(held.end) +
                       " of a model of " + std::to_string(layers));
  }
}

// A model that does not say whether its ends are tied, and has no classifier,
// has the embedding in its place. The other ranks' shards have neither.
void settle_tying(const TensorFile& tensors, ModelConfig& config) {
  if (!config.tying_is_open) return;
  config.tying_is_open = false;
  const bool has_embedding =
      tensors.find(tensor_of(config, Role::kEmbedding).name) != nullptr;
  const bool has_classifier =
      tensors.find(tensor_of(config, Role::kClassifier).name) != nullptr;
  if (has_embedding && !has_classifier) config.tied = true;
}

// Llama's queries and keys are stored with the rows of each pair side by side.
void set_paired_rows(const ModelConfig& config, GgufFile& file) {
  if (!config.architecture->gguf_pairs) return;
  for (const ModelTensor& tensor : tensors_of(config)) {
    if (tensor.rotated) file.set_paired_rows(tensor.name, config.head_dim());
  }
}

ModelPart open_gguf(const fs::path& folder, const fs::path& path) {
  auto file = std::make_shared<GgufFile>(path);
  ModelPart part;
  part.folder = folder;
  part.config = read_gguf_config(*file);
  file->drop(kRopeDivisors);  // the config has it
  set_paired_rows(part.config, *file);
  part.gguf = file;
  part.tensors = std::move(file);
  return part;
}

ModelPart open_safetensors(const fs::path& folder) {
  ModelPart part;
  part.folder = folder;
  part.config = read_config(folder);
  auto tensors = open_safetensors_of(folder);
  complete_names(part.config, *tensors);
  part.tensors = std::move(tensors);
  settle_tying(*part.tensors, part.config);
  return part;
}

}  // namespace

bool has_weights(const fs::path& path) {
  return has_safetensors(path) || find_gguf(path).has_value();
}

ModelPart open_part(const fs::path& path) {
  const auto gguf = find_gguf(path);
  ModelPart part = gguf ? open_gguf(path, *gguf) : open_safetensors(path);
  part.mark = mark_of(*part.tensors);
  if (part.mark) check_mark(part);
  return part;
}

}  // namespace pi_ring
