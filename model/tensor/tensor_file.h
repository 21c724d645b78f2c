// Tensors in mapped files, found by name, whatever the format of the files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/mapped_file.h"
#include "model/tensor/dtype.h"

namespace pi_ring {

// One tensor in a mapped file; valid as long as its TensorFile.
struct TensorView {
  std::string name;
  DType dtype = DType::F32;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;  // little-endian, row-major
  // Where the file has the two rows of each pair that RoPE rotates side by
  // side: the rows of a head. 0 where the rows are in the model's order.
  int64_t paired_rows = 0;

  // The place in the file of a row of the model's.
  int64_t stored_row(int64_t row) const;
};

// What all formats have in common. A file of a format is made by its own class,
// which fills this one.
class TensorFile {
 public:
  using Metadata = std::map<std::string, std::string>;
  using Tensors = std::map<std::string, TensorView, std::less<>>;

  // The first file, where there are several.
  const std::filesystem::path& path() const { return maps_.front()->path(); }
  const Metadata& metadata() const { return metadata_; }
  const Tensors& tensors() const { return tensors_; }
  // Whether products read the weights in the map, instead of a copy.
  bool computes_in_map() const { return computes_in_map_; }

  // Null if there is no tensor of that name.
  const TensorView* find(std::string_view name) const;
  // Throws BadInput if the tensor is missing, has another shape, or cannot be
  // read as f32.
  const TensorView& get(std::string_view name,
                        std::span<const int64_t> shape) const;

  // How many bytes of the first file come before the tensor's, which is in it.
  uint64_t offset_of(const TensorView& tensor) const {
    return static_cast<uint64_t>(tensor.bytes.data() - map().bytes().data());
  }

  // Gives a tensor that it has another name.
  void rename(std::string_view from, const std::string& to);

  // Takes the tensors of another file, as if they were in this one. Throws
  // BadInput where both have one of the same name.
  void join(TensorFile&& other);

  // Takes the pages of a part of the file out of this process's memory; reading
  // them again brings them back.
  void give_back(std::span<const std::byte> part) const;

 protected:
  explicit TensorFile(const std::filesystem::path& path);
  const MappedFile& map() const { return *maps_.front(); }
  const MappedFile& add_map(const std::filesystem::path& path);

  bool computes_in_map_ = false;
  Metadata metadata_;
  Tensors tensors_;

 private:
  std::vector<std::unique_ptr<MappedFile>> maps_;
};

// The rows of heads whose pairs stand side by side: where such a row of a head
// in two halves is, row i beside row i + head / 2.
inline int64_t paired_row(int64_t row, int64_t head) {
  const int64_t within = row % head;
  const int64_t half = head / 2;
  return row - within + 2 * (within % half) + within / half;
}

uint64_t count_of(const TensorView& view);

// "[512, 64]", for messages.
std::string shape_text(std::span<const int64_t> shape);

}  // namespace pi_ring
