// Writes a GGUF file: its metadata, then one tensor after the other. The file
// appears when all are written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/new_file.h"
#include "model/tensor/gguf_value.h"
#include "model/tensor/safetensors_writer.h"

namespace pi_ring {

// Keys and values in the order in which they are added; a key once.
class GgufMetadata {
 public:
  void add(std::string_view key, uint32_t value);
  void add(std::string_view key, float value);
  void add(std::string_view key, bool value);
  void add(std::string_view key, std::string_view value);
  void add(std::string_view key, const char* value) {
    add(key, std::string_view(value));
  }
  void add(std::string_view key, std::span<const std::string> values);
  void add(std::string_view key, std::span<const float> values);
  void add(std::string_view key, std::span<const int32_t> values);
  // A value of another file, as it is there.
  void add(std::string_view key, const GgufValue& value);

  uint64_t count() const { return count_; }
  const std::string& bytes() const { return bytes_; }

 private:
  void begin(std::string_view key, GgufType type);
  void begin_array(std::string_view key, GgufType type, uint64_t count);

  uint64_t count_ = 0;
  std::string bytes_;  // as the file has them
};

class GgufWriter {
 public:
  // The tensors have their names in GGUF, and their shapes as [rows, columns].
  // All methods may throw std::system_error.
  GgufWriter(const std::filesystem::path& path, const GgufMetadata& metadata,
             std::vector<TensorHeader> tensors);

  // Begins the next tensor in the order that the constructor was given; its
  // bytes follow in any number of parts. Another one, or a part that is too
  // long, is a std::logic_error.
  void begin(std::string_view name);
  void write(std::span<const std::byte> part);

  // All tensors must be written before.
  void commit();

 private:
  void put(std::span<const std::byte> bytes);
  void pad();

  NewFile file_;
  std::vector<TensorHeader> tensors_;
  size_t next_ = 0;
  uint64_t left_ = 0;  // of the current tensor
  uint64_t written_ = 0;
};

}  // namespace pi_ring
