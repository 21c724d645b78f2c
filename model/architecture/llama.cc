// Llama: RMS norms before attention and feed-forward, rotated queries and keys,
// grouped queries, a gated feed-forward with SiLU, no biases.
#include <array>
#include <nlohmann/json.hpp>

#include "model/architecture/architecture.h"
#include "model/architecture/config.h"
#include "model/architecture/config_fields.h"
#include "model/architecture/shape_fields.h"
#include "model/architecture/tensor_rules.h"

namespace pi_ring {
namespace {

constexpr auto kFields = joined(
    kShapeFields,
    std::array{
        // The number of processors that it was trained on: above 1,
        // transformers once computed products in as many slices, which rounds a
        // little differently.
        harmless("pretraining_tp"),
        // A mark of SmolLM2.
        harmless("is_llama_config"),
    });

void read_llama(const ConfigFields& fields, ModelConfig& config) {
  read_shape(fields, ShapeDefaults{}, config);
}

nlohmann::json write_llama(const ModelConfig& config) {
  nlohmann::json object = shape_json(config);
  object["hidden_act"] = "silu";
  object["attention_bias"] = false;
  object["mlp_bias"] = false;
  return object;
}

}  // namespace

constinit const Architecture kLlama = {.name = "LlamaForCausalLM",
                                       .model_type = "llama",
                                       .gguf = "llama",
                                       .prefix = "model.",
                                       .tensors = rules::kLlamaTensors,
                                       .gguf_pairs = true,
                                       .ignored_tensors = rules::kLlamaIgnored,
                                       .fields = kFields,
                                       .deviation = 0.02F,
                                       .read = read_llama,
                                       .write = write_llama};

}  // namespace pi_ring
