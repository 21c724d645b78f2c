// Looks for a value that is not finite while the bytes of a safetensors file
// pass by, so that a file is read once for its checksum and its values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "model/tensor/safetensors.h"

namespace pi_ring {

class ValueScan {
 public:
  // Reads the header. Throws BadInput where it is not valid, or names a tensor
  // that cannot be read as f32.
  explicit ValueScan(const std::filesystem::path& file);

  // Takes the file's next bytes: any number, and from the file's beginning.
  // Throws BadInput, naming the tensor, at a NaN or an infinity.
  void see(std::span<const std::byte> block);

 private:
  void check(const TensorView& tensor, std::span<const std::byte> bytes);
  void check_values(const TensorView& tensor, std::span<const std::byte> bytes);

  SafetensorsFile file_;
  std::vector<const TensorView*> tensors_;  // in the order of the file
  size_t next_ = 0;                         // the first that is not seen whole
  uint64_t at_ = 0;                         // bytes seen so far
  std::vector<std::byte> begun_;  // a value of which a block held the beginning
  std::vector<float> values_;
};

}  // namespace pi_ring
