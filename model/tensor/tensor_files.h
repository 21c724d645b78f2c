// Tensors in several files, found by name in whichever has them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "model/tensor/safetensors.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

class TensorFiles {
 public:
  // Throws BadInput where it is damaged.
  const SafetensorsFile& open(const std::filesystem::path& file);

  // Valid as long as the TensorFiles. Throws BadInput where no file has it, or
  // it is misshaped, or not readable as f32.
  Tensor take(std::string_view name, std::span<const int64_t> shape) const;

 private:
  const SafetensorsFile& file_with(std::string_view name) const;

  std::vector<std::unique_ptr<SafetensorsFile>> files_;
};

}  // namespace pi_ring
