// A mapped safetensors file: eight bytes that hold the header's length, a JSON
// header, and the bytes of the tensors.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "model/tensor/tensor_file.h"

namespace pi_ring {

// The key of the one entry in the header that is not a tensor.
inline constexpr const char* kMetadataKey = "__metadata__";
// The first bytes of the file hold the header's length.
inline constexpr size_t kLengthBytes = 8;

class SafetensorsFile : public TensorFile {
 public:
  // Throws BadInput for what the format forbids: a header that is not JSON or
  // too long, two tensors of one name, tensors that reach beyond the file,
  // overlap, leave a gap, or whose size does not fit their type and shape.
  explicit SafetensorsFile(const std::filesystem::path& path);

 private:
  void check_layout(std::span<const std::byte> data) const;
};

}  // namespace pi_ring
