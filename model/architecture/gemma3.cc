// Gemma 3 for text: RMS norms before and after attention and feed-forward,
// whose scales are stored less 1, norms of queries and keys, a gate with GELU,
// an embedding times the root of its width, and layers with a window among
// layers without.
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/architecture/architecture.h"
#include "model/architecture/config.h"
#include "model/architecture/config_fields.h"
#include "model/architecture/shape_fields.h"
#include "model/architecture/tensor_rules.h"

namespace pi_ring {
namespace {

using nlohmann::json;

// A norm whose scale is stored less 1: drawn, it is 0 there.
consteval TensorRule less_one(TensorRule rule) {
  rule.start = TensorRule::Start::kZeros;
  rule.less_one = true;
  return rule;
}

consteval TensorRule named(TensorRule rule, Role role, std::string_view name,
                           std::string_view gguf) {
  rule.role = role;
  rule.name = name;
  rule.gguf = gguf;
  return rule;
}

constexpr TensorRule kTensors[] = {
    rules::kEmbedding,
    less_one(rules::kAttentionNorm),
    rules::kQuery,
    less_one(rules::kQueryNorm),
    rules::kKey,
    less_one(rules::kKeyNorm),
    rules::kValue,
    rules::kAttentionOut,
    less_one(named(rules::kAttentionNorm, Role::kAttentionOutNorm,
                   "model.layers.#.post_attention_layernorm.weight",
                   "blk.#.post_attention_norm.weight")),
    less_one(named(rules::kFeedForwardNorm, Role::kFeedForwardNorm,
                   "model.layers.#.pre_feedforward_layernorm.weight",
                   "blk.#.ffn_norm.weight")),
    rules::kGate,
    rules::kUp,
    rules::kDown,
    less_one(named(rules::kFeedForwardNorm, Role::kDownNorm,
                   "model.layers.#.post_feedforward_layernorm.weight",
                   "blk.#.post_ffw_norm.weight")),
    less_one(rules::kLastNorm),
    rules::kClassifier,
};

constexpr auto kFields =
    joined(kShapeFields,
           std::array{used("hidden_activation"), used("query_pre_attn_scalar"),
                      used("sliding_window"), used("sliding_window_pattern"),
                      used("layer_types"), used("rope_local_base_freq"),
                      refused("use_bidirectional_attention", "false")});

constexpr const char* kActivation = "gelu_pytorch_tanh";
constexpr const char* kWindowedRope = "sliding_attention";
constexpr const char* kFullRope = "full_attention";
constexpr float kDefaultTheta = 1e6F;
constexpr float kDefaultWindowTheta = 1e4F;
constexpr int kDefaultPattern = 6;
constexpr int kDefaultWindow = 4096;
constexpr int kDefaultHeadDim = 256;
constexpr float kDefaultScalar = 256.0F;

constexpr ShapeDefaults kDefaults{
    .theta = kDefaultTheta, .tied = true, .needs_kv_heads = true};

// It is the same as gelu_new; hidden_act is of older files, and says nothing.
void check_activation(const ConfigFields& fields) {
  if (fields.text_or("hidden_activation", kActivation) == kActivation) return;
  fields.refuse("hidden_activation", std::string("\"") + kActivation + "\"");
}

// Newer files have an object for each kind of layer.
void read_new_ropes(const ConfigFields& both, ModelConfig& config) {
  constexpr std::array kKinds = {used(kWindowedRope), used(kFullRope)};
  both.check_known_only(kKinds);
  if (both.has(kFullRope)) {
    const ConfigFields full = both.object(kFullRope);
    config.rope_theta = full.number_or("rope_theta", config.rope_theta);
    config.rope_scaling = read_rope_scaling(full, config.context);
  }
  if (!both.has(kWindowedRope)) return;
  const ConfigFields windowed = both.object(kWindowedRope);
  config.window_theta = windowed.number_or("rope_theta", config.window_theta);
  if (read_rope_scaling(windowed, config.context) != RopeScaling{}) {
    windowed.refuse("rope_type", "\"default\" where there is a window");
  }
}

void read_ropes(const ConfigFields& fields, ModelConfig& config) {
  config.rope_theta = fields.number_or("rope_theta", kDefaultTheta);
  config.window_theta =
      fields.number_or("rope_local_base_freq", kDefaultWindowTheta);
  if (fields.has("rope_parameters")) {
    if (fields.has("rope_scaling")) {
      fields.refuse("rope_scaling", "none beside rope_parameters");
    }
    read_new_ropes(fields.object("rope_parameters"), config);
  } else if (fields.has("rope_scaling")) {
    config.rope_scaling =
        read_rope_scaling(fields.object("rope_scaling"), config.context);
  }
}

// One layer in `pattern` sees all positions.
void set_pattern(int pattern, ModelConfig& config) {
  config.windowed.clear();
  for (int layer = 0; layer < config.layers; ++layer) {
    config.windowed.push_back((layer + 1) % pattern != 0);
  }
}

void read_windows(const ConfigFields& fields, ModelConfig& config) {
  config.window =
      fields.count_or("sliding_window", kLongestContext, kDefaultWindow);
  if (read_layer_types(fields, config)) return;
  set_pattern(
      fields.count_or("sliding_window_pattern", kMostLayers, kDefaultPattern),
      config);
}

void read_gemma3(const ConfigFields& fields, ModelConfig& config) {
  read_sizes(fields, kDefaults, config);
  check_activation(fields);
  read_ropes(fields, config);
  read_tying(fields, kDefaults.tied, config);
  config.head_width = fields.count_or("head_dim", kLargestDim, kDefaultHeadDim);
  config.query_scalar =
      fields.number_or("query_pre_attn_scalar", kDefaultScalar);
  if (!(config.query_scalar > 0.0F)) {
    fields.refuse("query_pre_attn_scalar", "a number of more than 0");
  }
  read_windows(fields, config);
}

json write_gemma3(const ModelConfig& config) {
  json object = shape_json(config);
  object["head_dim"] = config.head_dim();
  object["hidden_activation"] = kActivation;
  object["query_pre_attn_scalar"] = shortest(config.query_scalar);
  object["sliding_window"] = config.window;
  object["layer_types"] = layer_types_json(config);
  object["rope_local_base_freq"] = shortest(config.window_theta);
  return object;
}

void complete_gemma3(ModelConfig& config) {
  config.head_width = config.head_dim();
  config.query_scalar = static_cast<float>(config.head_width);
  config.norm_epsilon = 1e-6F;
  config.rope_theta = kDefaultTheta;
  config.window_theta = kDefaultWindowTheta;
  config.window = (config.context + 1) / 2;
  set_pattern(std::min(kDefaultPattern, std::max(2, config.layers / 2)),
              config);
}

}  // namespace

constinit const Architecture kGemma3 = {.name = "Gemma3ForCausalLM",
                                        .model_type = "gemma3_text",
                                        .gguf = "gemma3",
                                        .prefix = "model.",
                                        .tensors = kTensors,
                                        .activation = Activation::kGelu,
                                        .scaled_embedding = true,
                                        .ignored_tensors = {},
                                        .fields = kFields,
                                        .deviation = 0.02F,
                                        .complete = complete_gemma3,
                                        .read = read_gemma3,
                                        .write = write_gemma3};

}  // namespace pi_ring
