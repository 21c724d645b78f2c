// A mapped GGUF file, or the files that one model is split into: metadata, a
// list of tensors, and their bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/tensor/gguf_value.h"
#include "model/tensor/tensor_file.h"

namespace pi_ring {

class GgufFile : public TensorFile {
 public:
  using Values = GgufValues;

  // Opens also the files beside it where it is one of several
  // (NAME-00001-of-00003.gguf). Throws BadInput for what the format forbids: a
  // count, a length or an offset that reaches beyond the file, a key or a
  // tensor that is there twice, tensors that overlap or are not aligned; and
  // for a type that does not run here.
  explicit GgufFile(const std::filesystem::path& path);

  const Values& values() const { return values_; }
  const GgufValue* find_value(std::string_view key) const;

  // Says that the file has the rows of this tensor in pairs within each head,
  // which has `head` rows.
  void set_paired_rows(std::string_view name, int64_t head);
  // Takes a tensor that was read out of the list.
  void drop(std::string_view name);

 private:
  void read_file(const std::filesystem::path& path,
                 std::span<const std::byte> bytes);
  void open_other_parts(const std::filesystem::path& path);

  Values values_;
};

// A rank's file in its folder.
inline constexpr const char* kGgufWeightsFile = "model.gguf";

// The GGUF file that the path is: the file itself, or a folder's model.gguf;
// nothing where it is neither.
std::optional<std::filesystem::path> find_gguf(
    const std::filesystem::path& path);

}  // namespace pi_ring
