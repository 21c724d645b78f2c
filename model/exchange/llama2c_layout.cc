// Reads the header of a .bin, computes the places of its tensors, and reorders
// rows.
#include "model/exchange/llama2c_layout.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "model/base/bad_input.h"
#include "model/tensor/safetensors_writer.h"

namespace pi_ring {
namespace {

constexpr size_t kHeaderBytes = kLlama2cNumbers * sizeof(int32_t);
constexpr int32_t kLaterVersions = 0x616B3432;  // "ak42", where dim would be

// llama2.c writes a tensor of this kind for all layers before the next kind.
constexpr std::array kRolesInOrder = {
    Role::kAttentionNorm, Role::kQuery,        Role::kKey,
    Role::kValue,         Role::kAttentionOut, Role::kFeedForwardNorm,
    Role::kGate,          Role::kDown,         Role::kUp};

class LayoutBuilder {
 public:
  LayoutBuilder() { layout_.file_bytes = kHeaderBytes; }

  void place(ModelTensor tensor) {
    const uint64_t bytes = TensorHeader{{}, DType::F32, tensor.shape}.bytes();
    layout_.tensors.push_back({std::move(tensor), layout_.file_bytes, bytes});
    layout_.file_bytes += bytes;
  }

  void skip(uint64_t values) { layout_.file_bytes += values * sizeof(float); }

  Llama2cLayout take() { return std::move(layout_); }

 private:
  Llama2cLayout layout_;
};

// The place of a row of a head in the order of pairs; `row` is its place in the
// order of halves.
int64_t among_pairs(int64_t row, int head_dim) {
  const int64_t in_head = row % head_dim;
  const int64_t half = head_dim / 2;
  return row - in_head + in_head % half * 2 + in_head / half;
}

// Copies row from(r) of the values to row to(r), for each row r.
template <typename From, typename To>
std::vector<float> reordered(std::span<const float> values, int64_t rows,
                             From from, To to) {
  std::vector<float> result(values.size());
  const auto columns = static_cast<int64_t>(values.size()) / rows;
  for (int64_t row = 0; row < rows; ++row) {
    std::copy_n(values.begin() + from(row) * columns, columns,
                result.begin() + to(row) * columns);
  }
  return result;
}

}  // namespace

ModelConfig read_llama2c_header(std::span<const std::byte> bytes,
                                const std::filesystem::path& bin) {
  if (bytes.size() < kHeaderBytes) {
    throw BadInput(bin, "is truncated: it has " + std::to_string(bytes.size()) +
                            " bytes, and its header alone needs " +
                            std::to_string(kHeaderBytes));
  }
  std::array<int32_t, kLlama2cNumbers> numbers{};
  std::memcpy(numbers.data(), bytes.data(), kHeaderBytes);
  if (numbers[0] == kLaterVersions) {
    throw BadInput(bin,
                   "is of a later version of llama2.c's format, expected 0");
  }
  const int64_t vocab = numbers[5];
  ModelConfig config;
  config.name = bin.stem().string();
  config.dim = checked_count(bin, "dim", numbers[0], kLargestDim);
  config.hidden_dim = checked_count(bin, "hidden_dim", numbers[1], kLargestDim);
  config.layers = checked_count(bin, "n_layers", numbers[2], kMostLayers);
  config.heads = checked_count(bin, "n_heads", numbers[3], kLargestDim);
  config.kv_heads = checked_count(bin, "n_kv_heads", numbers[4], kLargestDim);
  config.tied = vocab > 0;  // else the classifier is the last tensor
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

// Nothing here overflows, because of the limits in checked_count().
Llama2cLayout llama2c_layout(const ModelConfig& config) {
  LayoutBuilder builder;
  builder.place(tensor_of(config, Role::kEmbedding));
  for (const Role role : kRolesInOrder) {
    for (int layer = 0; layer < config.layers; ++layer) {
      builder.place(tensor_of(config, role, layer));
    }
  }
  builder.place(tensor_of(config, Role::kLastNorm));
  // Tables of RoPE's cosines and sines, a value of each for every pair of rows.
  // Newer programs compute them.
  builder.skip(static_cast<uint64_t>(config.context) *
               static_cast<uint64_t>(config.head_dim()));
  if (!config.tied) builder.place(classifier_of(config));
  return builder.take();
}

std::vector<float> halves_of_heads(std::span<const float> pairs, int64_t rows,
                                   int head_dim) {
  const auto from = [=](int64_t row) { return among_pairs(row, head_dim); };
  return reordered(pairs, rows, from, std::identity());
}

std::vector<float> pairs_of_heads(std::span<const float> halves, int64_t rows,
                                  int head_dim) {
  const auto to = [=](int64_t row) { return among_pairs(row, head_dim); };
  return reordered(halves, rows, std::identity(), to);
}

}  // namespace pi_ring
