// One folder with tensors: a whole model, or one rank's shard.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "model/architecture/config.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/tensor_file.h"

namespace pi_ring {

struct ModelPart {
  std::filesystem::path folder;
  ModelConfig config;
  std::shared_ptr<const TensorFile> tensors;
  std::optional<ShardMark> mark;              // none on a whole model
  std::shared_ptr<const TensorFile> moments;  // where a checkpoint has any
};

// Whether the folder holds a file of tensors, whatever is in it.
bool has_weights(const std::filesystem::path& folder);

// Maps the folder's model.safetensors. Throws BadInput where a file is missing
// or damaged, or a shard's mark does not fit the config.json beside it.
ModelPart open_part(const std::filesystem::path& folder);

}  // namespace pi_ring
