// One rank's part of a GGUF model, as a GGUF file.
#pragma once

#include <filesystem>

#include "model/architecture/cut.h"
#include "model/folder/model_folder.h"
#include "model/tensor/tensor_files.h"

namespace pi_ring {

// Writes folder/model.gguf: that rank's tensors as they are, the model's
// metadata, of which only the head has the tokenizer, and the mark of a shard.
void write_gguf_shard(const ModelFolder& model, const TensorFiles& tensors,
                      const ShardMark& mark,
                      const std::filesystem::path& folder);

}  // namespace pi_ring
