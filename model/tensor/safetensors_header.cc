// Turns entries of a safetensors header into views, or refuses them by name.
#include "model/tensor/safetensors_header.h"

#include <limits>
#include <optional>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"

namespace pi_ring {
namespace {

using nlohmann::json;

class Entry {
 public:
  Entry(const std::string& name, const json& object,
        const std::filesystem::path& file)
      : name_(name), object_(object), file_(file) {
    if (!object.is_object()) refuse("is " + shown(object));
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

  // The parser gives every whole number that is not negative as unsigned.
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

// Nothing where the size is beyond 63 bits.
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

}  // namespace

SafetensorsFile::Metadata parse_metadata(const json& entry,
                                         const std::filesystem::path& file) {
  SafetensorsFile::Metadata metadata;
  if (!entry.is_object()) {
    throw BadInput(file, std::string(kMetadataKey) + " is " + shown(entry) +
                             ", expected an object of texts");
  }
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) {
      throw BadInput(file, std::string(kMetadataKey) + " has " + shown(key) +
                               ": " + shown(value) + ", expected a text");
    }
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

TensorView parse_tensor(const std::string& name, const json& object,
                        std::span<const std::byte> data,
                        const std::filesystem::path& file) {
  const Entry entry(name, object, file);
  TensorView view{name, entry.dtype(), entry.numbers("shape"), {}};
  const std::vector<int64_t> range = entry.numbers("data_offsets");
  if (range.size() != 2 || range[0] > range[1]) {
    entry.refuse("has data_offsets " + shape_text(range) +
                 ", expected a begin and an end");
  }
  if (static_cast<uint64_t>(range[1]) > data.size()) {
    entry.refuse("is at " + range_text(range) + ", but the file holds " +
                 std::to_string(data.size()) + " of data");
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

}  // namespace pi_ring
