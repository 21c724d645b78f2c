// GPT-2: layer norms, learned positions, one matrix for queries, keys and
// values, a feed-forward layer with GELU and no gate, biases everywhere. Its
// matrices are stored as [inputs, outputs].
#include <nlohmann/json.hpp>
#include <string>

#include "model/architecture/architecture.h"
#include "model/architecture/config.h"
#include "model/architecture/config_fields.h"
#include "model/architecture/shape_fields.h"
#include "model/architecture/tensor_rules.h"

namespace pi_ring {
namespace {

using Place = TensorRule::Place;
using Start = TensorRule::Start;
using nlohmann::json;
using rules::Extents;

Extents vector_of_qkv(const ModelConfig& c) { return {c.qkv_dim()}; }
Extents vector_of_hidden(const ModelConfig& c) { return {c.hidden_dim}; }
Extents dim_to_qkv(const ModelConfig& c) { return {c.qkv_dim(), c.dim}; }
Extents vector_a_position(const ModelConfig& c) { return {c.context, c.dim}; }

constexpr TensorRule kTensors[] = {
    {.role = Role::kEmbedding,
     .place = Place::kBeforeLayers,
     .name = "transformer.wte.weight",
     .gguf = "token_embd.weight",
     .shape = rules::vector_a_token,
     .start = Start::kNormal},
    {.role = Role::kPositionEmbedding,
     .place = Place::kBeforeLayers,
     .name = "transformer.wpe.weight",
     .gguf = "position_embd.weight",
     .shape = vector_a_position,
     .start = Start::kNormal},
    {.role = Role::kAttentionNorm,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.ln_1.weight",
     .gguf = "blk.#.attn_norm.weight",
     .shape = rules::vector_of_dim,
     .start = Start::kOnes,
     .decays = false},
    {.role = Role::kAttentionNormBias,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.ln_1.bias",
     .gguf = "blk.#.attn_norm.bias",
     .shape = rules::vector_of_dim,
     .start = Start::kZeros,
     .decays = false},
    {.role = Role::kQueryKeyValue,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.attn.c_attn.weight",
     .gguf = "blk.#.attn_qkv.weight",
     .shape = dim_to_qkv,
     .start = Start::kNormal,
     .transposed = true},
    {.role = Role::kQueryKeyValueBias,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.attn.c_attn.bias",
     .gguf = "blk.#.attn_qkv.bias",
     .shape = vector_of_qkv,
     .start = Start::kZeros,
     .decays = false},
    {.role = Role::kAttentionOut,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.attn.c_proj.weight",
     .gguf = "blk.#.attn_output.weight",
     .shape = rules::queries_to_dim,
     .start = Start::kResidual,
     .transposed = true},
    {.role = Role::kAttentionOutBias,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.attn.c_proj.bias",
     .gguf = "blk.#.attn_output.bias",
     .shape = rules::vector_of_dim,
     .start = Start::kZeros,
     .decays = false},
    {.role = Role::kFeedForwardNorm,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.ln_2.weight",
     .gguf = "blk.#.ffn_norm.weight",
     .shape = rules::vector_of_dim,
     .start = Start::kOnes,
     .decays = false},
    {.role = Role::kFeedForwardNormBias,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.ln_2.bias",
     .gguf = "blk.#.ffn_norm.bias",
     .shape = rules::vector_of_dim,
     .start = Start::kZeros,
     .decays = false},
    {.role = Role::kUp,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.mlp.c_fc.weight",
     .gguf = "blk.#.ffn_up.weight",
     .shape = rules::dim_to_hidden,
     .start = Start::kNormal,
     .transposed = true},
    {.role = Role::kUpBias,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.mlp.c_fc.bias",
     .gguf = "blk.#.ffn_up.bias",
     .shape = vector_of_hidden,
     .start = Start::kZeros,
     .decays = false},
    {.role = Role::kDown,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.mlp.c_proj.weight",
     .gguf = "blk.#.ffn_down.weight",
     .shape = rules::hidden_to_dim,
     .start = Start::kResidual,
     .transposed = true},
    {.role = Role::kDownBias,
     .place = Place::kEachLayer,
     .name = "transformer.h.#.mlp.c_proj.bias",
     .gguf = "blk.#.ffn_down.bias",
     .shape = rules::vector_of_dim,
     .start = Start::kZeros,
     .decays = false},
    {.role = Role::kLastNorm,
     .place = Place::kAfterLayers,
     .name = "transformer.ln_f.weight",
     .gguf = "output_norm.weight",
     .shape = rules::vector_of_dim,
     .start = Start::kOnes,
     .decays = false},
    {.role = Role::kLastNormBias,
     .place = Place::kAfterLayers,
     .name = "transformer.ln_f.bias",
     .gguf = "output_norm.bias",
     .shape = rules::vector_of_dim,
     .start = Start::kZeros,
     .decays = false},
    rules::kClassifier,
};

// The causal mask and what it puts in place of a score, which old versions of
// transformers stored.
constexpr std::string_view kIgnoredTensors[] = {
    "transformer.h.#.attn.bias",
    "transformer.h.#.attn.masked_bias",
};

constexpr FieldRule kFields[] = {
    used("n_embd"),
    used("n_inner"),
    used("n_layer"),
    used("n_head"),
    used("n_positions"),
    used("vocab_size"),
    used("activation_function"),
    used("layer_norm_epsilon"),
    used("tie_word_embeddings"),
    // Older than n_positions, and of the same meaning.
    harmless("n_ctx"),
    // For heads that classify texts.
    harmless("summary_activation"),
    harmless("summary_first_dropout"),
    harmless("summary_proj_to_labels"),
    harmless("summary_type"),
    harmless("summary_use_proj"),
    // The type that scores are computed in.
    harmless("reorder_and_upcast_attn"),
};

constexpr const char* kActivation = "gelu_new";
constexpr float kDefaultEpsilon = 1e-5F;
constexpr int kHiddenFactor = 4;

// Two names of one function.
void check_activation(const ConfigFields& fields) {
  const char* key = "activation_function";
  const std::string name = fields.text_or(key, kActivation);
  if (name == kActivation || name == "gelu_pytorch_tanh") return;
  fields.refuse(key, std::string("\"") + kActivation + "\"");
}

void read_gpt2(const ConfigFields& fields, ModelConfig& config) {
  config.dim = fields.count("n_embd", kLargestDim / kHiddenFactor);
  config.hidden_dim =
      fields.count_or("n_inner", kLargestDim, kHiddenFactor * config.dim);
  config.layers = fields.count("n_layer", kMostLayers);
  config.heads = fields.count("n_head", kLargestDim);
  config.kv_heads = config.heads;
  config.vocab = fields.count("vocab_size", kLargestVocab);
  config.context = fields.count("n_positions", kLongestContext);
  config.norm_epsilon = fields.number_or("layer_norm_epsilon", kDefaultEpsilon);
  check_activation(fields);
  read_tying(fields, true, config);
}

json write_gpt2(const ModelConfig& config) {
  return {{"n_embd", config.dim},
          {"n_inner", config.hidden_dim},
          {"n_layer", config.layers},
          {"n_head", config.heads},
          {"n_positions", config.context},
          {"vocab_size", config.vocab},
          {"activation_function", kActivation},
          {"layer_norm_epsilon", shortest(config.norm_epsilon)},
          {"tie_word_embeddings", config.tied}};
}

void complete_gpt2(ModelConfig& config) { config.kv_heads = config.heads; }

}  // namespace

constinit const Architecture kGpt2 = {.name = "GPT2LMHeadModel",
                                      .model_type = "gpt2",
                                      .gguf = "gpt2",
                                      .prefix = "transformer.",
                                      .tensors = kTensors,
                                      .norm = NormKind::kMeanAndDeviation,
                                      .activation = Activation::kGelu,
                                      .positions = Positions::kLearned,
                                      .ignored_tensors = kIgnoredTensors,
                                      .fields = kFields,
                                      .deviation = 0.02F,
                                      .complete = complete_gpt2,
                                      .read = read_gpt2,
                                      .write = write_gpt2};

}  // namespace pi_ring
