// Writes the header of a safetensors file first, then the tensors in order.
#include "model/tensor/safetensors_writer.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "model/tensor/safetensors.h"

namespace pi_ring {
namespace {

constexpr size_t kAlignment = 8;  // of the data: spaces follow the header

std::string header_text(const std::vector<TensorHeader>& tensors,
                        std::map<std::string, std::string> metadata) {
  metadata["format"] = "pt";
  nlohmann::json header;
  header[kMetadataKey] = metadata;
  uint64_t offset = 0;
  for (const TensorHeader& tensor : tensors) {
    header[tensor.name] = {{"dtype", name_of(tensor.dtype)},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, offset + tensor.bytes()}}};
    offset += tensor.bytes();
  }
  // Metadata may hold the name of a folder, which may be any bytes.
  std::string text = header.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false,
                                 nlohmann::json::error_handler_t::replace);
  while ((kLengthBytes + text.size()) % kAlignment != 0) text += ' ';
  return text;
}

}  // namespace

uint64_t TensorHeader::bytes() const {
  uint64_t count = 1;
  for (const int64_t extent : shape) count *= static_cast<uint64_t>(extent);
  return bytes_of(dtype, count);
}

SafetensorsWriter::SafetensorsWriter(
    const std::filesystem::path& path, std::vector<TensorHeader> tensors,
    const std::map<std::string, std::string>& metadata)
    : file_(path), tensors_(std::move(tensors)) {
  const std::string header = header_text(tensors_, metadata);
  const uint64_t length = header.size();
  put(std::as_bytes(std::span(&length, 1)));
  put(std::as_bytes(std::span(header)));
}

void SafetensorsWriter::put(std::span<const std::byte> bytes) {
  checksum_.add(bytes);
  file_.write(bytes);
}

void SafetensorsWriter::check_whole() const {
  if (left_ == 0) return;
  throw std::logic_error("tensor " + tensors_[next_ - 1].name +
                         " was not written whole");
}

void SafetensorsWriter::check_next(std::string_view name) const {
  check_whole();
  if (next_ < tensors_.size() && tensors_[next_].name == name) return;
  throw std::logic_error("tensor " + std::string(name) +
                         " is not the next one");
}

void SafetensorsWriter::write(std::string_view name,
                              std::span<const std::byte> bytes) {
  check_next(name);
  if (tensors_[next_].bytes() != bytes.size()) {
    throw std::logic_error("tensor " + std::string(name) +
                           " is not of its size");
  }
  begin(name);
  write_part(bytes);
}

void SafetensorsWriter::begin(std::string_view name) {
  check_next(name);
  left_ = tensors_[next_++].bytes();
}

void SafetensorsWriter::write_part(std::span<const std::byte> part) {
  if (part.size() > left_) {
    throw std::logic_error("there is more of a tensor than its header says");
  }
  put(part);
  left_ -= part.size();
}

void SafetensorsWriter::commit() {
  check_whole();
  if (next_ != tensors_.size()) {
    throw std::logic_error("tensor " + tensors_[next_].name +
                           " was not written");
  }
  file_.commit();
}

}  // namespace pi_ring
