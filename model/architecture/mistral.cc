// Mistral: Llama with a window of attention, in its first version, and heads of
// a width of their own, in Nemo.
#include <array>
#include <nlohmann/json.hpp>

#include "model/architecture/architecture.h"
#include "model/architecture/config.h"
#include "model/architecture/config_fields.h"
#include "model/architecture/shape_fields.h"
#include "model/architecture/tensor_rules.h"

namespace pi_ring {
namespace {

constexpr auto kFields =
    joined(kShapeFields, std::array{used("sliding_window")});

// Where the file does not say null, Hugging Face's class has a window.
void read_window(const ConfigFields& fields, ModelConfig& config) {
  if (fields.is_null("sliding_window")) return;
  config.window = fields.count("sliding_window", kLongestContext);
  config.windowed.assign(static_cast<size_t>(config.layers), true);
}

void read_mistral(const ConfigFields& fields, ModelConfig& config) {
  read_shape(fields, {.needs_kv_heads = true}, config);
  read_window(fields, config);
}

nlohmann::json write_mistral(const ModelConfig& config) {
  nlohmann::json object = shape_json(config);
  object["hidden_act"] = "silu";
  object["sliding_window"] = nullptr;
  if (config.window > 0) object["sliding_window"] = config.window;
  return object;
}

}  // namespace

constinit const Architecture kMistral = {
    .name = "MistralForCausalLM",
    .model_type = "mistral",
    .gguf = "llama",
    .prefix = "model.",
    .tensors = rules::kLlamaTensors,
    .gguf_pairs = true,
    .ignored_tensors = rules::kLlamaIgnored,
    .fields = kFields,
    .deviation = 0.02F,
    .read = read_mistral,
    .write = write_mistral};

}  // namespace pi_ring
