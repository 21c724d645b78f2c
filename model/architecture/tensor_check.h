// Holds a model's file to its family's list of tensors.
#pragma once

#include "model/architecture/config.h"
#include "model/architecture/cut.h"
#include "model/tensor/tensor_file.h"

namespace pi_ring {

// Some files leave the family's prefix out of the names. Here they have it from
// now on.
void complete_names(const ModelConfig& config, TensorFile& file);

// Throws BadInput at a tensor that is not part of the model: to compute without
// it would give wrong results and not a word. Where the model is tied, a
// classifier of its own is accepted if it is a copy of the embedding: programs
// differ in which of the two they take. Only the head's file is read for that.
void check_tensors(const ModelConfig& config, const Shard& shard,
                   const TensorFile& file);

}  // namespace pi_ring
