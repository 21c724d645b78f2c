// Writes a safetensors file, one tensor after the other. The file appears when
// all are written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/checksum.h"
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
  // Adds "format": "pt" to the metadata, because Hugging Face's tools ask for
  // it. All methods may throw std::system_error.
  SafetensorsWriter(const std::filesystem::path& path,
                    std::vector<TensorHeader> tensors,
                    const std::map<std::string, std::string>& metadata);

  // Begins the next tensor in the order that the constructor was given; its
  // bytes follow in any number of parts. Another one, or a part that is too
  // long, is a std::logic_error.
  void begin(std::string_view name);
  void write_part(std::span<const std::byte> part);

  // The same for a whole tensor; another size is a std::logic_error.
  void write(std::string_view name, std::span<const std::byte> bytes);

  // All tensors must be written before.
  void commit();

  // The size and checksum of what was written. Reads nothing back.
  FileSum sum() const { return checksum_.sum(); }

 private:
  void put(std::span<const std::byte> bytes);
  void check_whole() const;
  void check_next(std::string_view name) const;

  NewFile file_;
  Checksum checksum_;
  std::vector<TensorHeader> tensors_;
  size_t next_ = 0;
  uint64_t left_ = 0;  // of the current tensor
};

}  // namespace pi_ring
