// Llama: RMS norms before attention and feed-forward, rotated queries and keys,
// grouped queries, a gated feed-forward with SiLU, no biases.
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "model/architecture/architecture.h"
#include "model/architecture/config.h"
#include "model/architecture/config_fields.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using Extents = std::vector<int64_t>;
using Place = TensorRule::Place;
using Start = TensorRule::Start;

Extents vector_of_dim(const ModelConfig& c) { return {c.dim}; }
Extents dim_to_dim(const ModelConfig& c) { return {c.dim, c.dim}; }
Extents dim_to_kv(const ModelConfig& c) { return {c.kv_dim(), c.dim}; }
Extents dim_to_hidden(const ModelConfig& c) { return {c.hidden_dim, c.dim}; }
Extents hidden_to_dim(const ModelConfig& c) { return {c.dim, c.hidden_dim}; }
Extents vector_a_token(const ModelConfig& c) { return {c.vocab, c.dim}; }

constexpr TensorRule kTensors[] = {
    {.role = Role::kEmbedding,
     .place = Place::kBeforeLayers,
     .name = "model.embed_tokens.weight",
     .shape = vector_a_token,
     .start = Start::kNormal},
    {.role = Role::kAttentionNorm,
     .place = Place::kEachLayer,
     .name = "model.layers.#.input_layernorm.weight",
     .shape = vector_of_dim,
     .start = Start::kOnes,
     .decays = false},
    {.role = Role::kQuery,
     .place = Place::kEachLayer,
     .name = "model.layers.#.self_attn.q_proj.weight",
     .shape = dim_to_dim,
     .start = Start::kNormal,
     .rotated = true},
    {.role = Role::kKey,
     .place = Place::kEachLayer,
     .name = "model.layers.#.self_attn.k_proj.weight",
     .shape = dim_to_kv,
     .start = Start::kNormal,
     .rotated = true},
    {.role = Role::kValue,
     .place = Place::kEachLayer,
     .name = "model.layers.#.self_attn.v_proj.weight",
     .shape = dim_to_kv,
     .start = Start::kNormal},
    {.role = Role::kAttentionOut,
     .place = Place::kEachLayer,
     .name = "model.layers.#.self_attn.o_proj.weight",
     .shape = dim_to_dim,
     .start = Start::kResidual},
    {.role = Role::kFeedForwardNorm,
     .place = Place::kEachLayer,
     .name = "model.layers.#.post_attention_layernorm.weight",
     .shape = vector_of_dim,
     .start = Start::kOnes,
     .decays = false},
    {.role = Role::kGate,
     .place = Place::kEachLayer,
     .name = "model.layers.#.mlp.gate_proj.weight",
     .shape = dim_to_hidden,
     .start = Start::kNormal},
    {.role = Role::kUp,
     .place = Place::kEachLayer,
     .name = "model.layers.#.mlp.up_proj.weight",
     .shape = dim_to_hidden,
     .start = Start::kNormal},
    {.role = Role::kDown,
     .place = Place::kEachLayer,
     .name = "model.layers.#.mlp.down_proj.weight",
     .shape = hidden_to_dim,
     .start = Start::kResidual},
    {.role = Role::kLastNorm,
     .place = Place::kAfterLayers,
     .name = "model.norm.weight",
     .shape = vector_of_dim,
     .start = Start::kOnes,
     .decays = false},
    {.role = Role::kClassifier,
     .place = Place::kAfterLayers,
     .name = "lm_head.weight",
     .shape = vector_a_token,
     .start = Start::kNormal,
     .untied = true},
};

// Old versions of transformers stored the frequencies that follow from
// rope_theta; new ones ignore them.
constexpr std::string_view kIgnoredTensors[] = {
    "model.layers.#.self_attn.rotary_emb.inv_freq",
};

constexpr FieldRule kFields[] = {
    used("hidden_size"),
    used("intermediate_size"),
    used("num_hidden_layers"),
    used("num_attention_heads"),
    used("num_key_value_heads"),
    used("head_dim"),
    used("vocab_size"),
    used("max_position_embeddings"),
    used("hidden_act"),
    used("rms_norm_eps"),
    used("rope_theta"),
    used("rope_parameters"),
    used("tie_word_embeddings"),
    // The number of processors that it was trained on: above 1, transformers
    // once computed products in as many slices, which rounds a little
    // differently.
    harmless("pretraining_tp"),
    // A mark of SmolLM2.
    harmless("is_llama_config"),
};

constexpr FieldRule kRopeFields[] = {
    used("rope_theta"),
    used("rope_type"),
    refused("partial_rotary_factor", "1"),
};

constexpr const char* kActivation = "silu";
// What Hugging Face's LlamaConfig takes where the file is silent.
constexpr float kDefaultEpsilon = 1e-6F;
constexpr float kDefaultTheta = 10000.0F;

// Newer files keep theta in an object of its own.
float read_theta(const ConfigFields& fields) {
  const float theta = fields.number_or("rope_theta", kDefaultTheta);
  if (!fields.has("rope_parameters")) return theta;
  const ConfigFields rope = fields.object("rope_parameters");
  if (rope.text_or("rope_type", "default") != "default") {
    rope.refuse("rope_type", "\"default\"");
  }
  rope.check_known_only(kRopeFields);
  return rope.number_or("rope_theta", theta);
}

void check_head_dim(const ConfigFields& fields, const ModelConfig& config) {
  if (!fields.has("head_dim")) return;
  const int64_t given = fields.count("head_dim", kLargestDim);
  if (given * config.heads == config.dim) return;
  fields.refuse("head_dim", "hidden_size / num_attention_heads (" +
                                std::to_string(config.head_dim()) + ")");
}

void read_llama(const ConfigFields& fields, ModelConfig& config) {
  config.dim = fields.count("hidden_size", kLargestDim);
  config.hidden_dim = fields.count("intermediate_size", kLargestDim);
  config.layers = fields.count("num_hidden_layers", kMostLayers);
  config.heads = fields.count("num_attention_heads", kLargestDim);
  config.kv_heads =
      fields.count_or("num_key_value_heads", kLargestDim, config.heads);
  config.vocab = fields.count("vocab_size", kLargestVocab);
  config.context = fields.count("max_position_embeddings", kLongestContext);
  if (fields.text_or("hidden_act", kActivation) != kActivation) {
    fields.refuse("hidden_act", std::string("\"") + kActivation + "\"");
  }
  config.norm_epsilon = fields.number_or("rms_norm_eps", kDefaultEpsilon);
  config.rope_theta = read_theta(fields);
  config.tied = fields.flag_or("tie_word_embeddings", false);
  check_head_dim(fields, config);
}

// The double that is written with the fewest digits which still mean `value`:
// 1e-05 in the file, not 9.999999747378752e-06.
double shortest(float value) {
  std::array<char, 32> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value);
  double result = 0;
  std::from_chars(text.data(), written.ptr, result);
  return result;
}

json write_llama(const ModelConfig& config) {
  return {{"hidden_act", kActivation},
          {"hidden_size", config.dim},
          {"intermediate_size", config.hidden_dim},
          {"num_hidden_layers", config.layers},
          {"num_attention_heads", config.heads},
          {"num_key_value_heads", config.kv_heads},
          {"vocab_size", config.vocab},
          {"max_position_embeddings", config.context},
          {"rms_norm_eps", shortest(config.norm_epsilon)},
          {"rope_theta", shortest(config.rope_theta)},
          {"tie_word_embeddings", config.tied},
          {"attention_bias", false},
          {"mlp_bias", false}};
}

}  // namespace

constinit const Architecture kLlama = {.name = "LlamaForCausalLM",
                                       .model_type = "llama",
                                       .tensors = kTensors,
                                       .ignored_tensors = kIgnoredTensors,
                                       .fields = kFields,
                                       .deviation = 0.02F,
                                       .read = read_llama,
                                       .write = write_llama};

}  // namespace pi_ring
