// A mapped safetensors file: eight bytes that hold the header's length, a JSON
// header, and the bytes of the tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/mapped_file.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// The key of the one entry in the header that is not a tensor.
inline constexpr const char* kMetadataKey = "__metadata__";
// The first bytes of the file hold the header's length.
inline constexpr size_t kLengthBytes = 8;

// One tensor in a mapped file; valid as long as the SafetensorsFile.
struct TensorView {
  std::string name;
  DType dtype = DType::F32;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;  // little-endian, row-major
};

class SafetensorsFile {
 public:
  // Throws BadInput for what the format forbids: a header that is not JSON or
  // too long, two tensors of one name, tensors that reach beyond the file,
  // overlap, leave a gap, or whose size does not fit their type and shape.
  explicit SafetensorsFile(const std::filesystem::path& path);

  using Metadata = std::map<std::string, std::string>;
  using Tensors = std::map<std::string, TensorView, std::less<>>;

  const std::filesystem::path& path() const { return map_.path(); }
  const Metadata& metadata() const { return metadata_; }
  const Tensors& tensors() const { return tensors_; }

  // Null if there is no tensor of that name.
  // Gives a tensor that it has another name.
  void rename(std::string_view from, const std::string& to);

  const TensorView* find(std::string_view name) const;
  // Throws BadInput if the tensor is missing, has another shape, or cannot be
  // read as f32.
  const TensorView& get(std::string_view name,
                        std::span<const int64_t> shape) const;

  // How many bytes of the file come before the tensor's.
  uint64_t offset_of(const TensorView& tensor) const {
    return static_cast<uint64_t>(tensor.bytes.data() - map_.bytes().data());
  }

  // Takes the pages of a part of the file out of this process's memory; reading
  // them again brings them back.
  void give_back(std::span<const std::byte> part) const {
    map_.give_back(part);
  }

 private:
  std::string_view header() const;
  void check_layout(std::span<const std::byte> data) const;

  MappedFile map_;
  Metadata metadata_;
  Tensors tensors_;
};

// "[512, 64]", for messages.
std::string shape_text(std::span<const int64_t> shape);

}  // namespace pi_ring
