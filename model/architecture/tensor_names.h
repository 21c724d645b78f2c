// The tensors of a Llama model, by Hugging Face's names, and their shapes: the
// one list that import, shards, weights and random models go by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/architecture/config.h"
#include "model/architecture/cut.h"

namespace pi_ring {

// Of the head.
inline constexpr const char* kEmbedding = "model.embed_tokens.weight";
inline constexpr const char* kLastNorm = "model.norm.weight";
inline constexpr const char* kClassifier = "lm_head.weight";  // where untied

// Of every layer, after "model.layers.N.".
inline constexpr const char* kAttentionNorm = "input_layernorm.weight";
inline constexpr const char* kQuery = "self_attn.q_proj.weight";
inline constexpr const char* kKey = "self_attn.k_proj.weight";
inline constexpr const char* kValue = "self_attn.v_proj.weight";
inline constexpr const char* kAttentionOut = "self_attn.o_proj.weight";
inline constexpr const char* kFeedForwardNorm =
    "post_attention_layernorm.weight";
inline constexpr const char* kGate = "mlp.gate_proj.weight";
inline constexpr const char* kUp = "mlp.up_proj.weight";
inline constexpr const char* kDown = "mlp.down_proj.weight";

std::string layer_tensor(int layer, std::string_view part);

struct NamedShape {
  std::string name;
  std::vector<int64_t> shape;  // [rows, columns], or [size] of a norm
};

// What one shard holds; a tied model has no classifier of its own.
std::vector<NamedShape> tensors_of(const ModelConfig& config,
                                   const Shard& shard);
// What the whole model holds.
std::vector<NamedShape> tensors_of(const ModelConfig& config);

}  // namespace pi_ring
