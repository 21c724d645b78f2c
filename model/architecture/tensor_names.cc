// Lists the tensors of a model or a shard with their shapes.
#include "model/architecture/tensor_names.h"

namespace pi_ring {
namespace {

void add_layer(const ModelConfig& config, int layer,
               std::vector<NamedShape>& list) {
  const int64_t dim = config.dim;
  const int64_t kv_dim = config.kv_dim();
  const int64_t hidden = config.hidden_dim;
  const auto add = [&](const char* part, std::vector<int64_t> shape) {
    list.push_back({layer_tensor(layer, part), std::move(shape)});
  };
  add(kAttentionNorm, {dim});
  add(kQuery, {dim, dim});
  add(kKey, {kv_dim, dim});
  add(kValue, {kv_dim, dim});
  add(kAttentionOut, {dim, dim});
  add(kFeedForwardNorm, {dim});
  add(kGate, {hidden, dim});
  add(kUp, {hidden, dim});
  add(kDown, {dim, hidden});
}

}  // namespace

std::string layer_tensor(int layer, std::string_view part) {
  std::string name = "model.layers.";
  name += std::to_string(layer);
  name += '.';
  name += part;
  return name;
}

std::vector<NamedShape> tensors_of(const ModelConfig& config,
                                   const Shard& shard) {
  std::vector<NamedShape> list;
  if (shard.is_head()) list.push_back({kEmbedding, {config.vocab, config.dim}});
  for (int layer = shard.begin; layer < shard.end; ++layer) {
    add_layer(config, layer, list);
  }
  if (!shard.is_head()) return list;
  list.push_back({kLastNorm, {config.dim}});
  if (!config.tied) list.push_back({kClassifier, {config.vocab, config.dim}});
  return list;
}

std::vector<NamedShape> tensors_of(const ModelConfig& config) {
  return tensors_of(
      config, Shard{.rank = 0, .ranks = 1, .begin = 0, .end = config.layers});
}

}  // namespace pi_ring
