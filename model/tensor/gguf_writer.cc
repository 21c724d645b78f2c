// Lays out version 3 of the format, each tensor at a multiple of 32 bytes.
#include "model/tensor/gguf_writer.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "model/tensor/gguf_header.h"

namespace pi_ring {
namespace {

constexpr uint32_t kWrittenVersion = 3;
constexpr uint64_t kWrittenAlignment = 32;

template <typename Number>
void append_number(Number number, std::string& to) {
  const auto bytes = std::as_bytes(std::span(&number, 1));
  to.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void append_text(std::string_view text, std::string& to) {
  append_number(uint64_t{text.size()}, to);
  to += text;
}

uint64_t aligned(uint64_t size) {
  return (size + kWrittenAlignment - 1) / kWrittenAlignment * kWrittenAlignment;
}

std::string header_bytes(const GgufMetadata& metadata,
                         const std::vector<TensorHeader>& tensors) {
  std::string header = "GGUF";
  append_number(kWrittenVersion, header);
  append_number(uint64_t{tensors.size()}, header);
  append_number(metadata.count(), header);
  header += metadata.bytes();
  uint64_t offset = 0;
  for (const TensorHeader& tensor : tensors) {
    append_text(tensor.name, header);
    append_number(static_cast<uint32_t>(tensor.shape.size()), header);
    for (size_t i = tensor.shape.size(); i-- > 0;) {
      append_number(static_cast<uint64_t>(tensor.shape[i]), header);
    }
    append_number(gguf_number_of(tensor.dtype).value(), header);
    append_number(offset, header);
    offset += aligned(tensor.bytes());
  }
  return header;
}

}  // namespace

void GgufMetadata::begin(std::string_view key, GgufType type) {
  append_text(key, bytes_);
  append_number(static_cast<uint32_t>(type), bytes_);
  ++count_;
}

void GgufMetadata::begin_array(std::string_view key, GgufType type,
                               uint64_t count) {
  begin(key, GgufType::kArray);
  append_number(static_cast<uint32_t>(type), bytes_);
  append_number(count, bytes_);
}

void GgufMetadata::add(std::string_view key, uint32_t value) {
  begin(key, GgufType::kU32);
  append_number(value, bytes_);
}

void GgufMetadata::add(std::string_view key, float value) {
  begin(key, GgufType::kF32);
  append_number(value, bytes_);
}

void GgufMetadata::add(std::string_view key, bool value) {
  begin(key, GgufType::kBool);
  append_number(static_cast<uint8_t>(value ? 1 : 0), bytes_);
}

void GgufMetadata::add(std::string_view key, std::string_view value) {
  begin(key, GgufType::kText);
  append_text(value, bytes_);
}

void GgufMetadata::add(std::string_view key,
                       std::span<const std::string> values) {
  begin_array(key, GgufType::kText, values.size());
  for (const std::string& value : values) append_text(value, bytes_);
}

void GgufMetadata::add(std::string_view key, std::span<const float> values) {
  begin_array(key, GgufType::kF32, values.size());
  for (const float value : values) append_number(value, bytes_);
}

void GgufMetadata::add(std::string_view key, std::span<const int32_t> values) {
  begin_array(key, GgufType::kI32, values.size());
  for (const int32_t value : values) append_number(value, bytes_);
}

void GgufMetadata::add(std::string_view key, const GgufValue& value) {
  if (value.is_text()) return add(key, value.text());
  if (value.is_array) {
    begin_array(key, value.type, value.count);
  } else {
    begin(key, value.type);
  }
  bytes_.append(reinterpret_cast<const char*>(value.bytes.data()),
                value.bytes.size());
}

GgufWriter::GgufWriter(const std::filesystem::path& path,
                       const GgufMetadata& metadata,
                       std::vector<TensorHeader> tensors)
    : file_(path), tensors_(std::move(tensors)) {
  const std::string header = header_bytes(metadata, tensors_);
  put(std::as_bytes(std::span(header)));
  pad();
}

void GgufWriter::put(std::span<const std::byte> bytes) {
  file_.write(bytes);
  written_ += bytes.size();
}

void GgufWriter::pad() {
  static constexpr std::array<std::byte, kWrittenAlignment> kZeros{};
  put(std::span(kZeros).first(aligned(written_) - written_));
}

void GgufWriter::begin(std::string_view name) {
  if (left_ != 0 || next_ == tensors_.size() || tensors_[next_].name != name) {
    throw std::logic_error("tensor " + std::string(name) +
                           " is not the next one");
  }
  left_ = tensors_[next_++].bytes();
}

void GgufWriter::write(std::span<const std::byte> part) {
  if (part.size() > left_) {
    throw std::logic_error("tensor " + tensors_[next_ - 1].name +
                           " is longer than its shape");
  }
  put(part);
  left_ -= part.size();
  if (left_ == 0) pad();
}

void GgufWriter::commit() {
  if (left_ != 0 || next_ != tensors_.size()) {
    throw std::logic_error("not all tensors were written");
  }
  file_.commit();
}

}  // namespace pi_ring
