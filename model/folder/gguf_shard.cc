// Copies metadata and tensors from one GGUF file to another.
#include "model/folder/gguf_shard.h"

#include <string>
#include <string_view>
#include <vector>

#include "model/folder/gguf_config.h"
#include "model/tensor/gguf_writer.h"

namespace pi_ring {
namespace {

// Whether the other ranks have no use for it: the lists of the tokenizer, which
// are most of the metadata.
bool is_of_head(std::string_view key, const GgufValue& value) {
  return key.starts_with("tokenizer.") && (value.is_array || value.is_text());
}

bool is_rewritten(std::string_view key, std::string_view vocab_key) {
  return key.starts_with("split.") || key.starts_with("pi_ring.") ||
         key == vocab_key || key == "general.alignment";
}

GgufMetadata metadata_of(const ModelFolder& model, const ShardMark& mark) {
  const ModelConfig& config = model.config();
  const std::string vocab_key =
      std::string(config.architecture->gguf) + ".vocab_size";
  GgufMetadata metadata;
  for (const auto& [key, value] : model.gguf()->values()) {
    if (is_rewritten(key, vocab_key)) continue;
    if (!mark.shard.is_head() && is_of_head(key, value)) continue;
    metadata.add(key, value);
  }
  metadata.add(vocab_key, static_cast<uint32_t>(config.vocab));
  metadata.add(kTiedKey, config.tied);
  for (const auto& [key, text] : pi_ring::metadata_of(mark)) {
    metadata.add(key, text);
  }
  return metadata;
}

}  // namespace

void write_gguf_shard(const ModelFolder& model, const TensorFiles& tensors,
                      const ShardMark& mark,
                      const std::filesystem::path& folder) {
  const std::vector<float>& divisors = model.config().rope_scaling.divisors;
  std::vector<TensorHeader> headers;
  if (!divisors.empty()) {
    const auto count = static_cast<int64_t>(divisors.size());
    headers.push_back({kRopeDivisors, DType::F32, {count}});
  }
  const auto own = tensors_of(model.config(), mark.shard);
  for (const ModelTensor& tensor : own) {
    const TensorView& view = tensors.get(tensor.name, tensor.file_shape());
    headers.push_back({view.name, view.dtype, view.shape});
  }
  GgufWriter writer(folder / kGgufWeightsFile, metadata_of(model, mark),
                    headers);
  if (!divisors.empty()) {
    writer.begin(kRopeDivisors);
    writer.write(std::as_bytes(std::span(divisors)));
  }
  for (const ModelTensor& tensor : own) {
    const TensorView& view = tensors.get(tensor.name, tensor.file_shape());
    writer.begin(view.name);
    writer.write(view.bytes);
    tensors.file_with(view.name).give_back(view.bytes);
  }
  writer.commit();
}

}  // namespace pi_ring
