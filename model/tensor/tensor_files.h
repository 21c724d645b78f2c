// Tensors in several files, found by name in whichever has them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "model/tensor/tensor.h"
#include "model/tensor/tensor_file.h"

namespace pi_ring {

class TensorFiles {
 public:
  void add(std::shared_ptr<const TensorFile> file);

  const std::vector<std::shared_ptr<const TensorFile>>& all() const {
    return files_;
  }

  // The file that holds it, or the last one where none does. There must be one.
  const TensorFile& file_with(std::string_view name) const;

  // Valid as long as a file is open. Throws BadInput where no file has it, or
  // it is misshaped, or not readable as f32.
  const TensorView& get(std::string_view name,
                        std::span<const int64_t> shape) const;
  Tensor take(std::string_view name, std::span<const int64_t> shape) const;

 private:
  std::vector<std::shared_ptr<const TensorFile>> files_;
};

}  // namespace pi_ring
