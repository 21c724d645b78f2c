// Looks for a tensor in one file after the other.
#include "model/tensor/tensor_files.h"

#include <algorithm>

namespace pi_ring {

const SafetensorsFile& TensorFiles::open(const std::filesystem::path& file) {
  files_.push_back(std::make_unique<SafetensorsFile>(file));
  return *files_.back();
}

Tensor TensorFiles::take(std::string_view name,
                         std::span<const int64_t> shape) const {
  const SafetensorsFile& file = file_with(name);
  return {file, file.get(name, shape)};
}

// Where none has it the last file, the head's, will say that it is missing.
const SafetensorsFile& TensorFiles::file_with(std::string_view name) const {
  const auto found = std::ranges::find_if(
      files_, [name](const auto& file) { return file->find(name) != nullptr; });
  return found == files_.end() ? *files_.back() : **found;
}

}  // namespace pi_ring
