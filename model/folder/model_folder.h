// A whole model, wherever its tensors are: in one file, or in the shards of all
// its ranks.
#pragma once

#include <filesystem>

#include "model/architecture/config.h"
#include "model/tensor/tensor_files.h"

namespace pi_ring {

class ModelFolder {
 public:
  // A model's folder, what write_shards made of it, or a checkpoint. Throws
  // BadInput where a rank's shard is missing, or of another model.
  explicit ModelFolder(const std::filesystem::path& folder);

  const ModelConfig& config() const { return config_; }
  // Where tokenizer.json is, if it is anywhere: the folder, or the head's.
  const std::filesystem::path& head() const { return head_; }
  const TensorFiles& tensors() const { return tensors_; }

 private:
  void open_whole();
  void open_shards(const std::filesystem::path& folder, int ranks);

  ModelConfig config_;
  std::filesystem::path head_;
  TensorFiles tensors_;
};

}  // namespace pi_ring
