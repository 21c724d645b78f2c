// Opens a safetensors file, and checks the whole header before any tensor is
// read.
#include "model/tensor/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"

namespace pi_ring {

static_assert(std::endian::native == std::endian::little,
              "tensors are used as the file stores them");

namespace {

// The format's own limit.
constexpr uint64_t kLongestHeader = 100'000'000;

using nlohmann::json;

class Entry {
 public:
  Entry(const std::string& name, const json& object,
        const std::filesystem::path& file)
      : name_(name), object_(object), file_(file) {
    if (!object.is_object()) {
      refuse("is " + shown(object) + ", expected an object");
    }
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw BadInput(file_, "tensor " + shown(name_) + " " + reason);
  }

  DType dtype() const {
    const json& found = at("dtype");
    if (found.is_string()) {
      const auto type = dtype_of(found.get_ref<const std::string&>());
      if (type) return *type;
    }
    refuse("has dtype " + shown(found) + ", expected one such as \"F32\"");
  }

  std::vector<int64_t> numbers(const char* key) const {
    const json& found = at(key);
    if (!found.is_array()) refuse_numbers(key);
    std::vector<int64_t> result;
    for (const json& number : found) {
      result.push_back(whole_number(key, number));
    }
    return result;
  }

 private:
  const json& at(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) refuse(std::string("has no ") + key);
    return *found;
  }

  [[noreturn]] void refuse_numbers(const char* key) const {
    refuse(std::string("has ") + key + " " + shown(at(key)) +
           ", expected whole numbers from 0 to 2^63 - 1");
  }

  // The parser gives every whole number of 0 or more as unsigned.
  int64_t whole_number(const char* key, const json& number) const {
    constexpr auto most = std::numeric_limits<int64_t>::max();
    if (!number.is_number_unsigned() ||
        number.get<uint64_t>() > static_cast<uint64_t>(most)) {
      refuse_numbers(key);
    }
    return number.get<int64_t>();
  }

  const std::string& name_;
  const json& object_;
  const std::filesystem::path& file_;
};

// Nothing if the size needs more than 63 bits.
std::optional<int64_t> size_in_bytes(std::span<const int64_t> shape,
                                     DType type) {
  auto size = static_cast<int64_t>(size_of(type));
  for (const int64_t extent : shape) {
    if (__builtin_mul_overflow(size, extent, &size)) return std::nullopt;
  }
  return size;
}

std::string range_text(std::span<const int64_t> range) {
  return "bytes " + std::to_string(range[0]) + " to " +
         std::to_string(range[1]);
}

TensorFile::Metadata parse_metadata(const json& entry,
                                    const std::filesystem::path& file) {
  TensorFile::Metadata metadata;
  if (!entry.is_object()) {
    throw BadInput(file, std::string(kMetadataKey) + " is " + shown(entry) +
                             ", expected an object of strings");
  }
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) {
      throw BadInput(file, std::string(kMetadataKey) + " has " + shown(key) +
                               ": " + shown(value) + ", expected a string");
    }
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

// Checks the one entry by itself: type, shape, and a range inside `data` of the
// size that these two need.
TensorView parse_tensor(const std::string& name, const json& object,
                        std::span<const std::byte> data,
                        const std::filesystem::path& file) {
  const Entry entry(name, object, file);
  TensorView view{.name = name,
                  .dtype = entry.dtype(),
                  .shape = entry.numbers("shape"),
                  .bytes = {}};
  const std::vector<int64_t> range = entry.numbers("data_offsets");
  if (range.size() != 2 || range[0] > range[1]) {
    entry.refuse("has data_offsets " + shape_text(range) +
                 ", expected a begin and an end");
  }
  if (static_cast<uint64_t>(range[1]) > data.size()) {
    entry.refuse("is at " + range_text(range) + ", but the file has " +
                 std::to_string(data.size()) + " bytes of data");
  }
  const std::optional<int64_t> size = size_in_bytes(view.shape, view.dtype);
  if (size != range[1] - range[0]) {
    entry.refuse("is at " + range_text(range) + ", which is not the size of " +
                 std::string(name_of(view.dtype)) + " " +
                 shape_text(view.shape));
  }
  view.bytes = data.subspan(static_cast<size_t>(range[0]),
                            static_cast<size_t>(range[1] - range[0]));
  return view;
}

// The JSON at the begin of the file.
std::string_view header_of(std::span<const std::byte> file,
                           const std::filesystem::path& path) {
  if (file.size() < kLengthBytes) {
    throw BadInput(path, "is not a safetensors file: it has only " +
                             std::to_string(file.size()) + " bytes");
  }
  uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  const uint64_t room = file.size() - kLengthBytes;
  if (length > room || length > kLongestHeader) {
    throw BadInput(path,
                   "is cut short or not a safetensors file: it says that "
                   "its header has " +
                       std::to_string(length) + " bytes, expected at most " +
                       std::to_string(std::min(room, kLongestHeader)));
  }
  const auto text = file.subspan(kLengthBytes, length);
  if (text.empty() || text.front() != std::byte{'{'}) {
    throw BadInput(
        path, "is not a safetensors file: its header does not begin with {");
  }
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : TensorFile(path) {
  const std::string_view text = header_of(map().bytes(), path);
  const nlohmann::json entries = parse_json(text, path);
  const auto data = map().bytes().subspan(kLengthBytes + text.size());
  for (const auto& [name, entry] : entries.items()) {
    if (name == kMetadataKey) {
      metadata_ = parse_metadata(entry, path);
    } else {
      tensors_.emplace(name, parse_tensor(name, entry, data, path));
    }
  }
  check_layout(data);
}

// The format allows no gaps: side by side, the tensors are all of the data.
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
      throw BadInput(path(), "has " + std::to_string(view->bytes.data() - end) +
                                 " bytes before tensor " + shown(view->name) +
                                 " that belong to no tensor");
    }
    end = view->bytes.data() + view->bytes.size();
    last = view;
  }
  const auto rest = data.data() + data.size() - end;
  if (rest != 0) {
    throw BadInput(path(),
                   "has " + std::to_string(rest) +
                       " bytes after the last tensor that belong to no tensor");
  }
}

}  // namespace pi_ring
