// What generating takes of a rank's memory, known before it is taken.
#pragma once

#include <cstdint>

#include "model/folder/weights.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// In bytes. The program itself and its tokenizer come on top.
struct TextMemory {
  uint64_t weights = 0;  // in the mapped file, or packed for the products
  uint64_t cache = 0;    // keys and values
  uint64_t buffers = 0;  // what the layers and the ends work in

  uint64_t total() const { return weights + cache + buffers; }
};

// For a text of this many positions, cached as this type. Reads no tensor.
TextMemory text_memory(const Weights& weights, int positions,
                       DType cache_type = DType::F32);

}  // namespace pi_ring
