// Looks for a tensor in one file after the other.
#include "model/tensor/tensor_files.h"

#include <algorithm>
#include <utility>

namespace pi_ring {

void TensorFiles::add(std::shared_ptr<const TensorFile> file) {
  files_.push_back(std::move(file));
}

const TensorFile& TensorFiles::file_with(std::string_view name) const {
  const auto found = std::ranges::find_if(
      files_, [name](const auto& file) { return file->find(name) != nullptr; });
  return found == files_.end() ? *files_.back() : **found;
}

const TensorView& TensorFiles::get(std::string_view name,
                                   std::span<const int64_t> shape) const {
  return file_with(name).get(name, shape);
}

Tensor TensorFiles::take(std::string_view name,
                         std::span<const int64_t> shape) const {
  const TensorFile& file = file_with(name);
  return {file, file.get(name, shape)};
}

}  // namespace pi_ring
