// Which type each tensor of a quantised model gets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/architecture/config.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// A way to quantise a model: most of its matrices get `most`; with `is_mixed`
// those that lose most get more bits, as llama.cpp's mixtures have it.
struct GgufTypes {
  std::string_view name;  // such as "q4_k_m"
  uint32_t number;        // general.file_type
  DType most;
  bool is_mixed = false;
};

// Nothing where there is none of that name.
std::optional<GgufTypes> find_gguf_types(std::string_view name);
// "f32, f16, ...", for messages and help.
std::string names_of_gguf_types();

// The tensor must be of the list of this config. Rows that are not whole blocks
// get a type with smaller blocks, or none.
DType type_in_gguf(const ModelConfig& config, const GgufTypes& types,
                   const ModelTensor& tensor, int layer);

}  // namespace pi_ring
