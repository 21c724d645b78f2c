// Qwen2 and 2.5: Llama with biases of queries, keys and values.
#include <nlohmann/json.hpp>

#include "model/architecture/architecture.h"
#include "model/architecture/config.h"
#include "model/architecture/qwen_fields.h"
#include "model/architecture/tensor_rules.h"

namespace pi_ring {
namespace {

constexpr TensorRule kTensors[] = {
    rules::kEmbedding,    rules::kAttentionNorm,
    rules::kQuery,        rules::kQueryBias,
    rules::kKey,          rules::kKeyBias,
    rules::kValue,        rules::kValueBias,
    rules::kAttentionOut, rules::kFeedForwardNorm,
    rules::kGate,         rules::kUp,
    rules::kDown,         rules::kLastNorm,
    rules::kClassifier,
};

}  // namespace

constinit const Architecture kQwen2 = {.name = "Qwen2ForCausalLM",
                                       .model_type = "qwen2",
                                       .gguf = "qwen2",
                                       .prefix = "model.",
                                       .tensors = kTensors,
                                       .ignored_tensors = {},
                                       .fields = kQwenFields,
                                       .deviation = 0.02F,
                                       .read = read_qwen,
                                       .write = write_qwen};

}  // namespace pi_ring
