// Reads a .bin, one tensor after the other, and writes safetensors and
// config.json.
#include "model/exchange/import_llama2c.h"

#include <string>
#include <string_view>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"
#include "model/base/wording.h"
#include "model/exchange/llama2c_layout.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/finite.h"
#include "model/tensor/safetensors_writer.h"

namespace pi_ring {
namespace {

void check_size(const MappedFile& bin, uint64_t expected) {
  if (bin.size() == expected) return;
  const bool truncated = bin.size() < expected;
  throw BadInput(bin.path(),
                 std::string(truncated ? "is truncated" : "is too long") +
                     ": it has " + grouped(bin.size()) + " bytes, expected " +
                     grouped(expected));
}

std::span<const std::byte> bytes_of(const Llama2cTensor& tensor,
                                    const MappedFile& bin) {
  return bin.bytes().subspan(tensor.offset, tensor.bytes);
}

// The header has 28 bytes and all other values are f32, so they are aligned.
std::span<const float> values_of(const Llama2cTensor& tensor,
                                 const MappedFile& bin) {
  const auto bytes = bytes_of(tensor, bin);
  return {reinterpret_cast<const float*>(bytes.data()),
          bytes.size() / sizeof(float)};
}

void check_finite(const Llama2cTensor& tensor, const MappedFile& bin) {
  const auto values = values_of(tensor, bin);
  const auto bad = find_not_finite(values);
  if (!bad) return;
  const uint64_t offset = tensor.offset + *bad * sizeof(float);
  throw BadInput(bin.path(), "tensor " + tensor.tensor.name + " holds " +
                                 not_finite_name(values[*bad]) + " (value " +
                                 std::to_string(*bad) + ", byte " +
                                 grouped(offset) + ")");
}

void write_tensor(const Llama2cTensor& tensor, const ModelConfig& config,
                  const MappedFile& bin, SafetensorsWriter& writer) {
  check_finite(tensor, bin);
  const auto bytes = bytes_of(tensor, bin);
  if (tensor.tensor.rotated) {
    const std::vector<float> halves = halves_of_heads(
        values_of(tensor, bin), tensor.tensor.shape[0], config.head_dim());
    writer.write(tensor.tensor.name, std::as_bytes(std::span(halves)));
  } else {
    writer.write(tensor.tensor.name, bytes);
  }
  bin.give_back(bytes);
}

}  // namespace

ModelConfig import_llama2c_weights(const std::filesystem::path& bin,
                                   const std::filesystem::path& folder) {
  const MappedFile map(bin);
  ModelConfig config = read_llama2c_header(map.bytes(), bin);
  const Llama2cLayout layout = llama2c_layout(config);
  check_size(map, layout.file_bytes);
  std::vector<TensorHeader> headers;
  for (const Llama2cTensor& tensor : layout.tensors) {
    headers.push_back({tensor.tensor.name, DType::F32, tensor.tensor.shape});
  }
  NewFolder made(folder);
  SafetensorsWriter writer(folder / kWeightsFile, headers, {});
  for (const Llama2cTensor& tensor : layout.tensors) {
    write_tensor(tensor, config, map, writer);
  }
  writer.commit();
  write_config(config, folder);
  made.commit();
  return config;
}

}  // namespace pi_ring
