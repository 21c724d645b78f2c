// Adds up a rank's tensors as products keep them, its caches and its buffers.
#include "model/layers/text_memory.h"

#include <algorithm>

#include "model/layers/kv_cache.h"
#include "model/layers/stage.h"
#include "model/math/linear.h"
#include "model/math/product.h"

namespace pi_ring {
namespace {

// The rows of these are read from the map one by one and given back, unless the
// classifier has the same matrix.
bool is_read_by_row(const ModelConfig& config, Role role) {
  return role == Role::kPositionEmbedding ||
         (role == Role::kEmbedding && !config.tied);
}

uint64_t bytes_kept(const Weights& weights, const ModelTensor& tensor) {
  if (is_read_by_row(weights.config(), tensor.role)) return 0;
  const auto outputs = static_cast<int>(tensor.shape.at(0));
  if (tensor.shape.size() == 1) return floats(outputs) * sizeof(float);
  if (weights.computes_in_map()) {
    return weights.take(tensor).view().bytes.size();
  }
  return Product::packed_bytes(static_cast<int>(tensor.shape.at(1)), outputs);
}

// The most that one product takes for its rounded inputs.
uint64_t rounded_bytes(const Weights& weights) {
  uint64_t most = 0;
  for (const ModelTensor& tensor :
       tensors_of(weights.config(), weights.shard())) {
    if (is_read_by_row(weights.config(), tensor.role)) continue;
    if (!is_quantised(weights.take(tensor).view().dtype)) continue;
    const auto inputs = static_cast<int>(tensor.shape.back());
    most = std::max<uint64_t>(most, Linear::rounded_bytes(kChunkRows, inputs));
  }
  return most;
}

// Logits, and the sampler's adjusted logits and candidates.
uint64_t bytes_of_ends(const ModelConfig& config) {
  constexpr uint64_t kCandidate = sizeof(float) + sizeof(int);
  return floats(config.vocab) * (2 * sizeof(float) + kCandidate);
}

// Rows as they are computed with and as they are sent.
uint64_t bytes_of_rows(const ModelConfig& config) {
  return 2 * floats(kChunkRows, config.dim) * sizeof(float);
}

}  // namespace

TextMemory text_memory(const Weights& weights, int positions,
                       DType cache_type) {
  const ModelConfig& config = weights.config();
  const Shard& shard = weights.shard();
  TextMemory memory;
  for (const ModelTensor& tensor : tensors_of(config, shard)) {
    memory.weights += bytes_kept(weights, tensor);
  }
  for (int layer = shard.begin; layer < shard.end; ++layer) {
    memory.cache += KvCache::bytes(config, layer, cache_type, positions);
  }
  memory.buffers = Stage::buffer_bytes(config, shard, positions) +
                   bytes_of_rows(config) + rounded_bytes(weights);
  if (shard.is_head()) memory.buffers += bytes_of_ends(config);
  return memory;
}

}  // namespace pi_ring
