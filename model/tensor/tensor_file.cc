// Finds tensors, and gives their pages back to the file that has them.
#include "model/tensor/tensor_file.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"

namespace pi_ring {

int64_t TensorView::stored_row(int64_t row) const {
  return paired_rows == 0 ? row : paired_row(row, paired_rows);
}

TensorFile::TensorFile(const std::filesystem::path& path) { add_map(path); }

const MappedFile& TensorFile::add_map(const std::filesystem::path& path) {
  return *maps_.emplace_back(std::make_unique<MappedFile>(path));
}

const TensorView* TensorFile::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

const TensorView& TensorFile::get(std::string_view name,
                                  std::span<const int64_t> shape) const {
  const TensorView* view = find(name);
  const std::string tensor = "tensor " + shown(name);
  if (view == nullptr) throw BadInput(path(), tensor + " is missing");
  if (!std::ranges::equal(shape, view->shape)) {
    throw BadInput(path(), tensor + " is " + shape_text(view->shape) +
                               ", expected " + shape_text(shape));
  }
  if (!is_readable(view->dtype)) {
    throw BadInput(path(), tensor + " is " + std::string(name_of(view->dtype)) +
                               ", expected F32, F16 or BF16");
  }
  return *view;
}

void TensorFile::rename(std::string_view from, const std::string& to) {
  auto node = tensors_.extract(tensors_.find(from));
  node.key() = to;
  node.mapped().name = to;
  tensors_.insert(std::move(node));
}

void TensorFile::join(TensorFile&& other) {
  for (auto& [name, view] : other.tensors_) {
    if (tensors_.emplace(name, std::move(view)).second) continue;
    throw BadInput(other.path(), "tensor " + shown(name) +
                                     " is in another of the model's files, "
                                     "too");
  }
  std::ranges::move(other.maps_, std::back_inserter(maps_));
}

void TensorFile::give_back(std::span<const std::byte> part) const {
  for (const auto& map : maps_) {
    const std::span<const std::byte> bytes = map->bytes();
    if (std::less_equal<>()(bytes.data(), part.data()) &&
        std::less<>()(part.data(), bytes.data() + bytes.size())) {
      map->give_back(part);
    }
  }
}

uint64_t count_of(const TensorView& view) {
  const BlockSize block = block_of(view.dtype);
  return view.bytes.size() / block.bytes * block.values;
}

std::string shape_text(std::span<const int64_t> shape) {
  constexpr size_t kMostShown = 8;
  std::string text = "[";
  for (size_t i = 0; i < std::min(shape.size(), kMostShown); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  if (shape.size() > kMostShown) text += ", ...";
  return text + "]";
}

}  // namespace pi_ring
