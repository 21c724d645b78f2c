// What a GGUF file holds before its tensors' bytes: metadata and the list of
// tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "model/tensor/gguf_value.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

// How the format numbers a type of tensors; nothing where GGUF has no such
// type, or it is not one that runs here.
std::optional<uint32_t> gguf_number_of(DType type);

// Views of the file's bytes.
struct GgufHeader {
  GgufValues values;
  std::vector<TensorView> tensors;
};

// Throws BadInput for what the format forbids, as GgufFile says.
GgufHeader read_gguf_header(const std::filesystem::path& path,
                            std::span<const std::byte> bytes);

// Values as a file has them one after the other. Throws BadInput as
// above; `path` is what errors call the file. They are views of `bytes`.
GgufValues read_gguf_values(const std::filesystem::path& path,
                            std::span<const std::byte> bytes, uint64_t count);

}  // namespace pi_ring
