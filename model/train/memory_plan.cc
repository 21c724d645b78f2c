// Every buffer of training once more, as a size.
#include "model/train/memory_plan.h"

#include <algorithm>

#include "model/train/cross_entropy.h"
#include "model/train/projection.h"
#include "model/train/row_tasks.h"
#include "model/train/train_attention.h"

namespace pi_ring {
namespace {

size_t packed_of_layer(const ModelConfig& config) {
  return Projection::packed_bytes(config.dim,
                                  config.dim + 2 * config.kv_dim()) +
         Projection::packed_bytes(config.dim, config.dim) +
         Projection::packed_bytes(config.dim, 2 * config.hidden_dim) +
         Projection::packed_bytes(config.hidden_dim, config.dim);
}

// What a block keeps besides its input.
size_t record_bytes(const ModelConfig& config, int rows) {
  const int qkv = config.dim + 2 * config.kv_dim();
  return sizeof(float) * floats(rows, qkv + config.dim + config.heads +
                                          config.dim + 2 * config.hidden_dim);
}

size_t activation_bytes(const ModelConfig& config, const TrainShape& shape,
                        size_t layers) {
  const auto slots = static_cast<size_t>(shape.in_flight);
  const size_t input = sizeof(float) * floats(shape.rows(), config.dim);
  const size_t record = record_bytes(config, shape.rows());
  return slots * layers * input +
         (shape.recompute ? record : slots * layers * record);
}

size_t norm_buffer_bytes(const ModelConfig& config, int rows) {
  return sizeof(float) * floats(tasks_of(rows), config.dim);
}

size_t stage_buffer_bytes(const ModelConfig& config, const TrainShape& shape,
                          size_t layers, int threads) {
  const size_t attention =
      static_cast<size_t>(threads) *
      TrainAttentionSpace::floats_of_thread(config, shape.length);
  return sizeof(float) *
             (attention +
              floats(shape.rows(), 2 * config.dim + config.hidden_dim)) +
         ProjectionSpace::bytes(std::max(config.dim, config.hidden_dim),
                                threads) +
         2 * layers * norm_buffer_bytes(config, shape.rows());
}

size_t end_buffer_bytes(const ModelConfig& config, const TrainShape& shape,
                        int threads) {
  const auto kept = static_cast<size_t>(shape.micro_batches);
  return CrossEntropy::buffer_bytes(config.vocab, config.dim, shape.rows(),
                                    threads) +
         norm_buffer_bytes(config, shape.rows()) +
         (2 + kept) * sizeof(float) * floats(shape.rows(), config.dim) +
         kept * sizeof(int) * static_cast<size_t>(shape.rows());
}

size_t parameter_bytes(const ModelConfig& config, const Shard& shard) {
  size_t bytes = 0;
  for (const ModelTensor& tensor : tensors_of(config, shard)) {
    size_t size = sizeof(float);
    for (const int64_t extent : tensor.shape) {
      size *= static_cast<size_t>(extent);
    }
    bytes += size;
  }
  return bytes;
}

}  // namespace

MemoryPlan memory_needed(const ModelConfig& config, const Shard& shard,
                         const TrainShape& shape, int threads) {
  const auto layers = static_cast<size_t>(shard.end - shard.begin);
  MemoryPlan plan;
  plan.values = parameter_bytes(config, shard);
  plan.gradients = plan.values;
  plan.moments = 2 * plan.values;
  plan.packed = layers * packed_of_layer(config);
  if (layers > 0) {
    plan.activations = activation_bytes(config, shape, layers);
    plan.buffers = stage_buffer_bytes(config, shape, layers, threads);
  }
  if (shard.is_head()) {
    plan.packed += Projection::packed_bytes(config.dim, config.vocab);
    plan.buffers += end_buffer_bytes(config, shape, threads);
  }
  return plan;
}

}  // namespace pi_ring
