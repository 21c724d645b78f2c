// Reads all fields before any tensor, and checks each.
#include "model/tensor/gguf_header.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/utf8.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGgufMagic = "GGUF";
constexpr uint32_t kOldestGguf = 2;
constexpr uint32_t kNewestGguf = 3;
constexpr uint64_t kLongestGgufName = 1024;  // bytes, of a key or a tensor
constexpr uint64_t kMostGgufExtents = 4;
constexpr uint64_t kGgufAlignment = 32;
constexpr uint64_t kLargestGgufAlignment = 65536;
constexpr const char* kAlignmentKey = "general.alignment";

// One type of the format by its number; without a type of ours where it does
// not run here.
struct GgufTensorType {
  uint32_t number;
  std::string_view name;
  std::optional<DType> type;
};
constexpr std::array kGgufTensorTypes = {
    GgufTensorType{0, "F32", DType::F32},
    GgufTensorType{1, "F16", DType::F16},
    GgufTensorType{2, "Q4_0", DType::Q4_0},
    GgufTensorType{3, "Q4_1", DType::Q4_1},
    GgufTensorType{6, "Q5_0", DType::Q5_0},
    GgufTensorType{7, "Q5_1", DType::Q5_1},
    GgufTensorType{8, "Q8_0", DType::Q8_0},
    GgufTensorType{9, "Q8_1", {}},
    GgufTensorType{10, "Q2_K", {}},
    GgufTensorType{11, "Q3_K", {}},
    GgufTensorType{12, "Q4_K", DType::Q4_K},
    GgufTensorType{13, "Q5_K", DType::Q5_K},
    GgufTensorType{14, "Q6_K", DType::Q6_K},
    GgufTensorType{15, "Q8_K", {}},
    GgufTensorType{16, "IQ2_XXS", {}},
    GgufTensorType{17, "IQ2_XS", {}},
    GgufTensorType{18, "IQ3_XXS", {}},
    GgufTensorType{19, "IQ1_S", {}},
    GgufTensorType{20, "IQ4_NL", {}},
    GgufTensorType{21, "IQ3_S", {}},
    GgufTensorType{22, "IQ2_S", {}},
    GgufTensorType{23, "IQ4_XS", {}},
    GgufTensorType{24, "I8", {}},
    GgufTensorType{25, "I16", {}},
    GgufTensorType{26, "I32", {}},
    GgufTensorType{27, "I64", {}},
    GgufTensorType{28, "F64", {}},
    GgufTensorType{29, "IQ1_M", {}},
    GgufTensorType{30, "BF16", DType::BF16},
    GgufTensorType{34, "TQ1_0", {}},
    GgufTensorType{35, "TQ2_0", {}},
    GgufTensorType{39, "MXFP4", {}},
};

std::string known_types() {
  std::string all;
  for (const GgufTensorType& row : kGgufTensorTypes) {
    if (!row.type) continue;
    all += (all.empty()        ? ""
            : row.number == 30 ? " or "
                               : ", ") +
           std::string(row.name);
  }
  return all;
}

// Reads fields front to back; none reaches beyond the file.
class GgufReader {
 public:
  GgufReader(const fs::path& path, std::span<const std::byte> bytes)
      : path_(path), bytes_(bytes) {}

  [[noreturn]] void refuse(const std::string& reason) const {
    throw BadInput(path_, reason);
  }

  std::span<const std::byte> take(uint64_t size, const std::string& what) {
    if (size > bytes_.size() - at_) {
      refuse("is cut short or damaged: " + what + " at byte " +
             std::to_string(at_) + " needs " + std::to_string(size) +
             " bytes, the file has " + std::to_string(bytes_.size()));
    }
    at_ += size;
    return bytes_.subspan(at_ - size, size);
  }

  template <typename Number>
  Number number(const std::string& what) {
    Number value{};
    std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
    return value;
  }

  std::string_view text(const std::string& what) {
    const auto length = number<uint64_t>(what);
    const auto bytes = take(length, what);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  std::string name(const std::string& what) {
    const std::string_view text = this->text(what);
    if (text.empty() || text.size() > kLongestGgufName ||
        find_invalid_utf8(text) != text.npos) {
      refuse(what + " is not UTF-8 of 1 to " +
             std::to_string(kLongestGgufName) + " bytes");
    }
    return std::string(text);
  }

  // A count of things of which each needs at least this many bytes.
  uint64_t count(const std::string& what, uint64_t least) {
    const auto count = number<uint64_t>(what);
    if (count > (bytes_.size() - at_) / least) {
      refuse("is cut short or damaged: it claims " + std::to_string(count) +
             " " + what);
    }
    return count;
  }

  uint64_t position() const { return at_; }

 private:
  const fs::path& path_;
  std::span<const std::byte> bytes_;
  uint64_t at_ = 0;
};

GgufValue read_array(GgufReader& reader, const std::string& what) {
  GgufValue value;
  value.is_array = true;
  value.type = static_cast<GgufType>(reader.number<uint32_t>(what));
  const bool are_texts = value.type == GgufType::kText;
  const auto size = gguf_size_of(value.type);
  if (!are_texts && !size) {
    reader.refuse(what + " is an array of the unknown type " +
                  std::to_string(static_cast<uint32_t>(value.type)));
  }
  value.count =
      reader.count("elements of " + what, are_texts ? sizeof(uint64_t) : *size);
  if (!are_texts) {
    value.bytes = reader.take(value.count * *size, what);
    return value;
  }
  GgufReader texts = reader;
  const uint64_t begin = reader.position();
  for (uint64_t i = 0; i < value.count; ++i) texts.text(what);
  value.bytes = reader.take(texts.position() - begin, what);
  return value;
}

GgufValue read_value(GgufReader& reader, const std::string& what) {
  GgufValue value;
  value.type = static_cast<GgufType>(reader.number<uint32_t>(what));
  if (value.type == GgufType::kArray) return read_array(reader, what);
  if (value.type == GgufType::kText) {
    value.bytes = std::as_bytes(std::span(reader.text(what)));
    return value;
  }
  const auto size = gguf_size_of(value.type);
  if (!size) {
    reader.refuse(what + " has the unknown type " +
                  std::to_string(static_cast<uint32_t>(value.type)));
  }
  value.bytes = reader.take(*size, what);
  return value;
}

GgufValues read_values(GgufReader& reader, uint64_t count) {
  GgufValues values;
  for (uint64_t i = 0; i < count; ++i) {
    std::string key = reader.name("a key");
    const GgufValue value = read_value(reader, shown(key));
    const auto [at, is_new] = values.emplace(std::move(key), value);
    if (!is_new) reader.refuse(shown(at->first) + " is there twice");
  }
  return values;
}

// A tensor as the header describes it.
struct GgufTensor {
  TensorView view;
  uint64_t offset = 0;
  uint64_t size = 0;
};

DType read_tensor_type(GgufReader& reader, const std::string& tensor) {
  const auto number = reader.number<uint32_t>(tensor);
  const auto* row =
      std::ranges::find(kGgufTensorTypes, number, &GgufTensorType::number);
  if (row != kGgufTensorTypes.end() && row->type) return *row->type;
  reader.refuse(tensor + " is " +
                (row == kGgufTensorTypes.end()
                     ? "of the unknown type " + std::to_string(number)
                     : std::string(row->name)) +
                ", expected " + known_types());
}

// Reads what the format counts, adjacent values first. Returns the number of
// values.
uint64_t read_extents(GgufReader& reader, const std::string& tensor,
                      std::vector<int64_t>& shape) {
  const auto extents = reader.number<uint32_t>(tensor);
  if (extents == 0 || extents > kMostGgufExtents) {
    reader.refuse(tensor + " has " + std::to_string(extents) +
                  " extents, expected 1 to " +
                  std::to_string(kMostGgufExtents));
  }
  constexpr uint64_t kMost = uint64_t{1} << 56;
  uint64_t product = 1;
  for (uint32_t i = 0; i < extents; ++i) {
    const auto extent = reader.number<uint64_t>(tensor);
    if (extent == 0 || extent > kMost / product) {
      reader.refuse(tensor + " has no or too many values");
    }
    product *= extent;
    shape.insert(shape.begin(), static_cast<int64_t>(extent));
  }
  return product;
}

GgufTensor read_tensor(GgufReader& reader, uint64_t alignment) {
  GgufTensor tensor;
  tensor.view.name = reader.name("the name of a tensor");
  const std::string what = "tensor " + shown(tensor.view.name);
  const uint64_t values = read_extents(reader, what, tensor.view.shape);
  tensor.view.dtype = read_tensor_type(reader, what);
  const auto columns = static_cast<uint64_t>(tensor.view.shape.back());
  if (columns % block_of(tensor.view.dtype).values != 0) {
    reader.refuse(what + " has rows of " + std::to_string(columns) +
                  ", which are not whole blocks of " +
                  std::string(name_of(tensor.view.dtype)));
  }
  tensor.size = bytes_of(tensor.view.dtype, values);
  tensor.offset = reader.number<uint64_t>(what);
  if (tensor.offset % alignment != 0) {
    reader.refuse(what + " is at " + std::to_string(tensor.offset) +
                  ", expected a multiple of " + std::to_string(alignment));
  }
  return tensor;
}

uint64_t alignment_of(const GgufValues& values, const GgufReader& reader) {
  const auto found = values.find(kAlignmentKey);
  if (found == values.end()) return kGgufAlignment;
  if (found->second.is_whole_number()) {
    const int64_t given = found->second.whole_number();
    const auto alignment = static_cast<uint64_t>(given);
    if (given > 0 && alignment <= kLargestGgufAlignment && alignment % 8 == 0) {
      return alignment;
    }
  }
  const std::string most = std::to_string(kLargestGgufAlignment);
  reader.refuse("general.alignment is not a multiple of 8 up to " + most);
}

// Gives each tensor its bytes.
void place(std::vector<GgufTensor>& tensors, std::span<const std::byte> data,
           const GgufReader& reader) {
  std::ranges::sort(tensors, {}, &GgufTensor::offset);
  uint64_t end = 0;
  for (GgufTensor& tensor : tensors) {
    const std::string what = "tensor " + shown(tensor.view.name);
    if (tensor.offset < end) reader.refuse(what + " overlaps another one");
    if (tensor.offset > data.size() ||
        tensor.size > data.size() - tensor.offset) {
      reader.refuse("is cut short or damaged: " + what + " needs " +
                    std::to_string(tensor.size) + " bytes at " +
                    std::to_string(tensor.offset) + " of " +
                    std::to_string(data.size()) + " bytes of data");
    }
    end = tensor.offset + tensor.size;
    tensor.view.bytes = data.subspan(tensor.offset, tensor.size);
  }
}

struct GgufCounts {
  uint64_t tensors;
  uint64_t values;
};

GgufCounts read_counts(GgufReader& reader) {
  const auto magic = reader.take(kGgufMagic.size(), "the mark of the format");
  if (std::memcmp(magic.data(), kGgufMagic.data(), kGgufMagic.size()) != 0) {
    reader.refuse("is not a GGUF file: it does not begin with GGUF");
  }
  const auto version = reader.number<uint32_t>("the version");
  if (version < kOldestGguf || version > kNewestGguf) {
    reader.refuse("is GGUF of version " + std::to_string(version) +
                  ", expected 2 or 3 (little-endian)");
  }
  // A tensor is a name, a count, an extent, a type and an offset.
  constexpr uint64_t kLeastTensor = 8 + 4 + 8 + 4 + 8;
  constexpr uint64_t kLeastValue = 8 + 4 + 1;
  const uint64_t tensors = reader.count("tensors", kLeastTensor);
  return {tensors, reader.count("values", kLeastValue)};
}

}  // namespace

std::optional<uint32_t> gguf_number_of(DType type) {
  for (const GgufTensorType& row : kGgufTensorTypes) {
    if (row.type == type) return row.number;
  }
  return std::nullopt;
}

GgufValues read_gguf_values(const fs::path& path,
                            std::span<const std::byte> bytes, uint64_t count) {
  GgufReader reader(path, bytes);
  return read_values(reader, count);
}

GgufHeader read_gguf_header(const fs::path& path,
                            std::span<const std::byte> bytes) {
  GgufReader reader(path, bytes);
  const GgufCounts counts = read_counts(reader);
  GgufHeader header{.values = read_values(reader, counts.values),
                    .tensors = {}};
  const uint64_t alignment = alignment_of(header.values, reader);
  std::vector<GgufTensor> tensors;
  for (uint64_t i = 0; i < counts.tensors; ++i) {
    tensors.push_back(read_tensor(reader, alignment));
  }
  const uint64_t end = reader.position();
  const uint64_t data = (end + alignment - 1) / alignment * alignment;
  place(tensors, bytes.subspan(std::min<uint64_t>(data, bytes.size())), reader);
  header.tensors.reserve(tensors.size());
  for (GgufTensor& tensor : tensors) {
    header.tensors.push_back(std::move(tensor.view));
  }
  return header;
}

}  // namespace pi_ring
