// Opens a safetensors file and holds it to its format before anybody reads it.
#include "model/tensor/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/tensor/safetensors_header.h"

namespace pi_ring {

static_assert(std::endian::native == std::endian::little,
              "tensors are used as they stand in the file");

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : map_(path) {
  const std::string_view text = header();
  const nlohmann::json entries = parse_json(text, path);
  const auto data = map_.bytes().subspan(kLengthBytes + text.size());
  for (const auto& [name, entry] : entries.items()) {
    if (name == kMetadataKey) {
      metadata_ = parse_metadata(entry, path);
    } else {
      tensors_.emplace(name, parse_tensor(name, entry, data, path));
    }
  }
  check_layout(data);
}

std::string_view SafetensorsFile::header() const {
  if (map_.size() < kLengthBytes) {
    throw BadInput(path(), std::to_string(map_.size()) +
                               " bytes, too short for a safetensors file");
  }
  uint64_t length = 0;
  std::memcpy(&length, map_.bytes().data(), kLengthBytes);
  const uint64_t room = map_.size() - kLengthBytes;
  if (length > room || length > kLongestHeader) {
    throw BadInput(path(), "says its header has " + std::to_string(length) +
                               " bytes, expected at most " +
                               std::to_string(std::min(room, kLongestHeader)));
  }
  const auto text = map_.bytes().subspan(kLengthBytes, length);
  if (text.empty() || text.front() != std::byte{'{'}) {
    throw BadInput(path(), "its header does not begin with {");
  }
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

// The format has no holes: laid side by side, the tensors are the data.
void SafetensorsFile::check_layout(std::span<const std::byte> data) const {
  std::vector<const TensorView*> order;
  for (const auto& [name, view] : tensors_) order.push_back(&view);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return std::pair(a->bytes.data(), a->bytes.size()) <
           std::pair(b->bytes.data(), b->bytes.size());
  });
  const std::byte* end = data.data();
  const TensorView* last = nullptr;
  for (const TensorView* view : order) {
    if (view->bytes.data() < end) {
      throw BadInput(path(), "tensor " + shown(view->name) + " overlaps " +
                                 shown(last->name));
    }
    if (view->bytes.data() > end) {
      throw BadInput(path(), std::to_string(view->bytes.data() - end) +
                                 " bytes before tensor " + shown(view->name) +
                                 " belong to none");
    }
    end = view->bytes.data() + view->bytes.size();
    last = view;
  }
  const auto rest = data.data() + data.size() - end;
  if (rest != 0) {
    throw BadInput(path(), std::to_string(rest) +
                               " bytes after the last tensor belong to none");
  }
}

const TensorView* SafetensorsFile::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

const TensorView& SafetensorsFile::get(std::string_view name,
                                       std::span<const int64_t> shape) const {
  const TensorView* view = find(name);
  const std::string tensor = "tensor " + shown(name);
  if (view == nullptr) throw BadInput(path(), tensor + " is missing");
  if (!std::equal(shape.begin(), shape.end(), view->shape.begin(),
                  view->shape.end())) {
    throw BadInput(path(), tensor + " is " + shape_text(view->shape) +
                               ", expected " + shape_text(shape));
  }
  if (!is_readable(view->dtype)) {
    throw BadInput(path(), tensor + " is " + std::string(name_of(view->dtype)) +
                               ", expected F32, F16 or BF16");
  }
  return *view;
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
