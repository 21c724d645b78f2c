// Reads a .bin's header and works out where its tensors must be.
#include "model/exchange/llama2c_layout.h"

#include <cstring>

#include "model/base/bad_input.h"

namespace pi_ring {
namespace {

constexpr size_t kHeaderBytes = kLlama2cNumbers * sizeof(int32_t);
constexpr int32_t kLaterVersions = 0x616B3432;  // "ak42", where dim would be

// llama2.c writes one kind of tensor for all layers before the next kind.
constexpr std::array kRolesInOrder = {
    Role::kAttentionNorm, Role::kQuery,        Role::kKey,
    Role::kValue,         Role::kAttentionOut, Role::kFeedForwardNorm,
    Role::kGate,          Role::kDown,         Role::kUp};

class LayoutBuilder {
 public:
  LayoutBuilder() { layout_.file_bytes = kHeaderBytes; }

  void place(ModelTensor tensor) {
    uint64_t bytes = sizeof(float);
    for (const int64_t extent : tensor.shape) {
      bytes *= static_cast<uint64_t>(extent);
    }
    layout_.tensors.push_back({std::move(tensor), layout_.file_bytes, bytes});
    layout_.file_bytes += bytes;
  }

  void skip(uint64_t values) { layout_.file_bytes += values * sizeof(float); }

  Llama2cLayout take() { return std::move(layout_); }

 private:
  Llama2cLayout layout_;
};

}  // namespace

ModelConfig read_llama2c_header(std::span<const std::byte> bytes,
                                const std::filesystem::path& bin) {
  if (bytes.size() < kHeaderBytes) {
    throw BadInput(bin, "truncated: " + std::to_string(bytes.size()) +
                            " bytes, the header alone has " +
                            std::to_string(kHeaderBytes));
  }
  std::array<int32_t, kLlama2cNumbers> numbers{};
  std::memcpy(numbers.data(), bytes.data(), kHeaderBytes);
  if (numbers[0] == kLaterVersions) {
    throw BadInput(bin, "a later version of llama2.c's format, expected 0");
  }
  const int64_t vocab = numbers[5];
  ModelConfig config;
  config.name = bin.stem().string();
  config.dim = checked_count(bin, "dim", numbers[0], kLargestDim);
  config.hidden_dim = checked_count(bin, "hidden_dim", numbers[1], kLargestDim);
  config.layers = checked_count(bin, "n_layers", numbers[2], kMostLayers);
  config.heads = checked_count(bin, "n_heads", numbers[3], kLargestDim);
  config.kv_heads = checked_count(bin, "n_kv_heads", numbers[4], kLargestDim);
  config.tied = vocab > 0;  // negative: the classifier stands at the end
  config.vocab = checked_count(bin, "vocab_size", config.tied ? vocab : -vocab,
                               kLargestVocab);
  config.context = checked_count(bin, "seq_len", numbers[6], kLongestContext);
  check_config(config, bin);
  return config;
}

std::array<int32_t, kLlama2cNumbers> llama2c_header(const ModelConfig& config) {
  return {config.dim,      config.hidden_dim,
          config.layers,   config.heads,
          config.kv_heads, config.tied ? config.vocab : -config.vocab,
          config.context};
}

// Nothing here overflows: checked_count's limits see to that.
Llama2cLayout llama2c_layout(const ModelConfig& config) {
  LayoutBuilder builder;
  builder.place(tensor_of(config, Role::kEmbedding));
  for (const Role role : kRolesInOrder) {
    for (int layer = 0; layer < config.layers; ++layer) {
      builder.place(tensor_of(config, role, layer));
    }
  }
  builder.place(tensor_of(config, Role::kLastNorm));
  // RoPE's tables, cosines and sines, a value a pair each: computed nowadays.
  builder.skip(static_cast<uint64_t>(config.context) *
               static_cast<uint64_t>(config.head_dim()));
  if (!config.tied) builder.place(classifier_of(config));
  return builder.take();
}

}  // namespace pi_ring
