// Qwen3: Llama with an RMS norm of each head's query and key, before they are
// rotated, and heads of a width of their own.
#include <nlohmann/json.hpp>

#include "model/architecture/architecture.h"
#include "model/architecture/config.h"
#include "model/architecture/qwen_fields.h"
#include "model/architecture/tensor_rules.h"

namespace pi_ring {
namespace {

constexpr TensorRule kTensors[] = {
    rules::kEmbedding,
    rules::kAttentionNorm,
    rules::kQuery,
    rules::kQueryNorm,
    rules::kKey,
    rules::kKeyNorm,
    rules::kValue,
    rules::kAttentionOut,
    rules::kFeedForwardNorm,
    rules::kGate,
    rules::kUp,
    rules::kDown,
    rules::kLastNorm,
    rules::kClassifier,
};

// Hugging Face's class has 128 where the file is silent.
void read_qwen3(const ConfigFields& fields, ModelConfig& config) {
  read_qwen(fields, config);
  constexpr int kDefault = 128;
  const bool is_other = int64_t{kDefault} * config.heads != config.dim;
  if (!fields.has("head_dim") && is_other) config.head_width = kDefault;
}

nlohmann::json write_qwen3(const ModelConfig& config) {
  nlohmann::json object = write_qwen(config);
  object["head_dim"] = config.head_dim();
  object["attention_bias"] = false;
  return object;
}

// Models of random weights show that a head's width is free.
void complete_qwen3(ModelConfig& config) {
  config.head_width = 2 * config.head_dim();
}

}  // namespace

constinit const Architecture kQwen3 = {.name = "Qwen3ForCausalLM",
                                       .model_type = "qwen3",
                                       .gguf = "qwen3",
                                       .prefix = "model.",
                                       .tensors = kTensors,
                                       .ignored_tensors = {},
                                       .fields = kQwenFields,
                                       .deviation = 0.02F,
                                       .complete = complete_qwen3,
                                       .read = read_qwen3,
                                       .write = write_qwen3};

}  // namespace pi_ring
