// Draws a model's weights and writes them as a model folder.
#include "model/folder/random_model.h"

#include <array>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/base/new_file.h"
#include "model/base/random_numbers.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/dtype.h"
#include "model/tensor/safetensors_writer.h"

namespace pi_ring {
namespace {

constexpr const char* kNote = "untrained: random weights";

struct Shape {
  std::string_view name;
  int dim, hidden_dim, layers, heads, kv_heads, vocab, context;
};

constexpr std::array kShapes = {
    Shape{"260K", 64, 172, 5, 8, 4, 512, 512},
    Shape{"15M", 288, 768, 6, 6, 6, 32000, 256},
    Shape{"42M", 512, 1376, 8, 8, 8, 32000, 1024},
    Shape{"110M", 768, 2048, 12, 12, 12, 32000, 1024},
};

std::vector<float> draw(const ModelTensor& tensor, uint64_t count,
                        float deviation, RandomNumbers& generator) {
  if (tensor.start == TensorRule::Start::kOnes) {
    return std::vector<float>(count, 1.0F);
  }
  if (tensor.start == TensorRule::Start::kZeros) {
    return std::vector<float>(count, 0.0F);
  }
  std::vector<float> values(count);
  for (float& value : values) value = generator.normal() * deviation;
  return values;
}

void write_values(std::span<const float> values, const TensorHeader& header,
                  SafetensorsWriter& writer) {
  if (header.dtype == DType::F32) {
    return writer.write(header.name, std::as_bytes(values));
  }
  const std::vector<uint16_t> narrow = narrowed(values, header.dtype);
  writer.write(header.name, std::as_bytes(std::span(narrow)));
}

}  // namespace

ModelConfig shape_of(std::string_view name, const Architecture& family) {
  for (const Shape& shape : kShapes) {
    if (shape.name != name) continue;
    ModelConfig config;
    config.architecture = &family;
    config.name = "random " + std::string(name);
    config.dim = shape.dim;
    config.hidden_dim = shape.hidden_dim;
    config.layers = shape.layers;
    config.heads = shape.heads;
    config.kv_heads = shape.kv_heads;
    config.vocab = shape.vocab;
    config.context = shape.context;
    if (family.complete != nullptr) family.complete(config);
    return config;
  }
  throw std::invalid_argument("no shape is called " + std::string(name) +
                              ", expected 260K, 15M, 42M or 110M");
}

void write_random_model(const ModelConfig& config, uint64_t seed, DType type,
                        const std::filesystem::path& folder) {
  if (type > DType::BF16) {
    throw std::invalid_argument("random weights are F32, F16 or BF16");
  }
  const std::vector<ModelTensor> tensors = tensors_of(config);
  std::vector<TensorHeader> headers;
  headers.reserve(tensors.size());
  for (const ModelTensor& tensor : tensors) {
    headers.push_back({tensor.name, type, tensor.file_shape()});
  }
  NewFolder made(folder);
  SafetensorsWriter writer(folder / kWeightsFile, headers, {});
  RandomNumbers generator(seed);
  for (size_t i = 0; i < tensors.size(); ++i) {
    const uint64_t count = headers[i].bytes() / size_of(type);
    write_values(
        draw(tensors[i], count, config.architecture->deviation, generator),
        headers[i], writer);
  }
  writer.commit();
  ModelConfig noted = config;
  noted.note = kNote;
  write_config(noted, folder);
  made.commit();
}

}  // namespace pi_ring
