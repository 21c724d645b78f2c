// Writes a safetensors file tensor by tensor; it appears when all are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/new_file.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// A tensor that will be written.
struct TensorHeader {
  std::string name;
  DType dtype = DType::F32;
  std::vector<int64_t> shape;

  uint64_t bytes() const;
};

class SafetensorsWriter {
 public:
  // The metadata are written with "format": "pt" added, which Hugging Face
  // asks for. Throws std::system_error, as all methods may.
  SafetensorsWriter(const std::filesystem::path& path,
                    std::vector<TensorHeader> tensors,
                    const std::map<std::string, std::string>& metadata);

  // The next tensor, in the order given to the constructor; anything else is
  // a std::logic_error.
  void write(std::string_view name, std::span<const std::byte> bytes);

  // All tensors must be written.
  void commit();

 private:
  NewFile file_;
  std::vector<TensorHeader> tensors_;
  size_t next_ = 0;
};

}  // namespace pi_ring
