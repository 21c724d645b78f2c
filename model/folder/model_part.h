// One folder or GGUF file with tensors: a whole model, or one rank's shard.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "model/architecture/config.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/gguf_file.h"
#include "model/tensor/tensor_file.h"

namespace pi_ring {

struct ModelPart {
  std::filesystem::path folder;
  ModelConfig config;
  std::shared_ptr<const TensorFile> tensors;
  std::shared_ptr<const GgufFile> gguf;       // the same, where it is GGUF
  std::optional<ShardMark> mark;              // none on a whole model
  std::shared_ptr<const TensorFile> moments;  // where a checkpoint has any
};

// Whether the path is a file of tensors or a folder that holds one, whatever is
// in it.
bool has_weights(const std::filesystem::path& folder);

// Maps a GGUF file, or the folder's model.safetensors or model.gguf. Throws
// BadInput where a file is missing or damaged, or a shard's mark does not fit
// its config.
ModelPart open_part(const std::filesystem::path& folder);

}  // namespace pi_ring
