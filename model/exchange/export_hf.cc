// Writes a folder that transformers loads, with one file of weights that is not
// a shard.
#include "model/exchange/export_hf.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/new_file.h"
#include "model/folder/shard_folder.h"
#include "model/tensor/dtype.h"
#include "model/tensor/safetensors_writer.h"
#include "model/tensor/tensor.h"
#include "model/text/tokenizer_folder.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr float kLargestHalf = 65504.0F;
constexpr int64_t kValuesConverted = 1 << 20;  // at once

void require_fits(std::span<const float> values, const std::string& tensor) {
  const auto too_large = std::ranges::find_if(
      values, [](float value) { return std::abs(value) > kLargestHalf; });
  if (too_large == values.end()) return;
  throw BadInput("tensor " + tensor + " holds " + std::to_string(*too_large) +
                 ", more than F16 can");
}

void write_rows(std::span<const float> values, const TensorHeader& header,
                SafetensorsWriter& writer) {
  if (header.dtype == DType::F32) {
    return writer.write_part(std::as_bytes(values));
  }
  if (header.dtype == DType::F16) require_fits(values, header.name);
  const std::vector<uint16_t> narrow = narrowed(values, header.dtype);
  writer.write_part(std::as_bytes(std::span(narrow)));
}

void write_tensor(const TensorFiles& tensors, const TensorHeader& header,
                  SafetensorsWriter& writer) {
  Tensor tensor = tensors.take(header.name, header.shape);
  const int64_t rows = header.shape.size() == 1 ? 1 : header.shape.front();
  const int64_t step =
      std::max<int64_t>(1, kValuesConverted / header.shape.back());
  writer.begin(header.name);
  for (int64_t row = 0; row < rows; row += step) {
    write_rows(tensor.rows(row, std::min(step, rows - row)), header, writer);
  }
}

constexpr const char* kTokenizerSettings = "tokenizer_config.json";

// Tells transformers how to use the tokenizer.
void write_tokenizer_config(const ModelConfig& config, const fs::path& folder) {
  const TokenizerParts tokenizer = read_tokenizer_folder(folder).parts;
  const auto piece = [&](int id) -> nlohmann::ordered_json {
    if (id < 0 || std::cmp_greater_equal(id, tokenizer.pieces.size()))
      return {};
    return tokenizer.pieces[id];
  };
  const nlohmann::ordered_json content = {
      {"tokenizer_class", "PreTrainedTokenizerFast"},
      {"bos_token", piece(config.bos)},
      {"eos_token", piece(config.eos.empty() ? kNoToken : config.eos.front())},
      {"unk_token", piece(tokenizer.unknown)},
      {"model_max_length", config.context},
      {"clean_up_tokenization_spaces", false}};
  NewFile file(folder / kTokenizerSettings);
  file.write(content.dump(2) + "\n");
  file.commit();
}

}  // namespace

void export_hf(const ModelFolder& model, DType type, const fs::path& folder) {
  if (model.gguf() != nullptr) {
    throw BadInput(model.path(), "is GGUF, expected a model's folder");
  }
  const TensorFiles tensors = model.tensors();
  std::vector<TensorHeader> headers;
  for (const ModelTensor& tensor : tensors_of(model.config())) {
    headers.push_back({tensor.name, type, tensor.file_shape()});
  }
  SafetensorsWriter writer(folder / kWeightsFile, headers, {});
  for (const TensorHeader& header : headers) {
    write_tensor(tensors, header, writer);
  }
  writer.commit();
  write_config(model.config(), folder);
  if (!model.has_tokenizer()) return;
  copy_tokenizer(model.tokenizer_folder(), folder);
  // The model's own has more to say, such as how a chat is written.
  if (fs::exists(folder / kTokenizerSettings)) return;
  write_tokenizer_config(model.config(), folder);
}

}  // namespace pi_ring
