// Entries of a family's list of tensors that Llama and its descendants share.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/architecture/architecture.h"
#include "model/architecture/config.h"

namespace pi_ring::rules {

using Place = TensorRule::Place;
using Start = TensorRule::Start;
using Extents = std::vector<int64_t>;

inline Extents vector_of_dim(const ModelConfig& c) { return {c.dim}; }
inline Extents vector_of_head(const ModelConfig& c) { return {c.head_dim()}; }
inline Extents vector_of_queries(const ModelConfig& c) { return {c.q_dim()}; }
inline Extents vector_of_keys(const ModelConfig& c) { return {c.kv_dim()}; }
inline Extents dim_to_queries(const ModelConfig& c) {
  return {c.q_dim(), c.dim};
}
inline Extents queries_to_dim(const ModelConfig& c) {
  return {c.dim, c.q_dim()};
}
inline Extents dim_to_keys(const ModelConfig& c) { return {c.kv_dim(), c.dim}; }
inline Extents dim_to_hidden(const ModelConfig& c) {
  return {c.hidden_dim, c.dim};
}
inline Extents hidden_to_dim(const ModelConfig& c) {
  return {c.dim, c.hidden_dim};
}
inline Extents vector_a_token(const ModelConfig& c) { return {c.vocab, c.dim}; }

inline constexpr TensorRule kEmbedding = {.role = Role::kEmbedding,
                                          .place = Place::kBeforeLayers,
                                          .name = "model.embed_tokens.weight",
                                          .gguf = "token_embd.weight",
                                          .shape = vector_a_token,
                                          .start = Start::kNormal};
inline constexpr TensorRule kAttentionNorm = {
    .role = Role::kAttentionNorm,
    .place = Place::kEachLayer,
    .name = "model.layers.#.input_layernorm.weight",
    .gguf = "blk.#.attn_norm.weight",
    .shape = vector_of_dim,
    .start = Start::kOnes,
    .decays = false};
inline constexpr TensorRule kQuery = {
    .role = Role::kQuery,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.q_proj.weight",
    .gguf = "blk.#.attn_q.weight",
    .shape = dim_to_queries,
    .start = Start::kNormal,
    .rotated = true};
inline constexpr TensorRule kQueryBias = {
    .role = Role::kQueryBias,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.q_proj.bias",
    .gguf = "blk.#.attn_q.bias",
    .shape = vector_of_queries,
    .start = Start::kZeros,
    .decays = false,
    .rotated = true};
inline constexpr TensorRule kQueryNorm = {
    .role = Role::kQueryNorm,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.q_norm.weight",
    .gguf = "blk.#.attn_q_norm.weight",
    .shape = vector_of_head,
    .start = Start::kOnes,
    .decays = false};
inline constexpr TensorRule kKey = {
    .role = Role::kKey,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.k_proj.weight",
    .gguf = "blk.#.attn_k.weight",
    .shape = dim_to_keys,
    .start = Start::kNormal,
    .rotated = true};
inline constexpr TensorRule kKeyBias = {
    .role = Role::kKeyBias,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.k_proj.bias",
    .gguf = "blk.#.attn_k.bias",
    .shape = vector_of_keys,
    .start = Start::kZeros,
    .decays = false,
    .rotated = true};
inline constexpr TensorRule kKeyNorm = {
    .role = Role::kKeyNorm,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.k_norm.weight",
    .gguf = "blk.#.attn_k_norm.weight",
    .shape = vector_of_head,
    .start = Start::kOnes,
    .decays = false};
inline constexpr TensorRule kValue = {
    .role = Role::kValue,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.v_proj.weight",
    .gguf = "blk.#.attn_v.weight",
    .shape = dim_to_keys,
    .start = Start::kNormal};
inline constexpr TensorRule kValueBias = {
    .role = Role::kValueBias,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.v_proj.bias",
    .gguf = "blk.#.attn_v.bias",
    .shape = vector_of_keys,
    .start = Start::kZeros,
    .decays = false};
inline constexpr TensorRule kAttentionOut = {
    .role = Role::kAttentionOut,
    .place = Place::kEachLayer,
    .name = "model.layers.#.self_attn.o_proj.weight",
    .gguf = "blk.#.attn_output.weight",
    .shape = queries_to_dim,
    .start = Start::kResidual};
inline constexpr TensorRule kFeedForwardNorm = {
    .role = Role::kFeedForwardNorm,
    .place = Place::kEachLayer,
    .name = "model.layers.#.post_attention_layernorm.weight",
    .gguf = "blk.#.ffn_norm.weight",
    .shape = vector_of_dim,
    .start = Start::kOnes,
    .decays = false};
inline constexpr TensorRule kGate = {
    .role = Role::kGate,
    .place = Place::kEachLayer,
    .name = "model.layers.#.mlp.gate_proj.weight",
    .gguf = "blk.#.ffn_gate.weight",
    .shape = dim_to_hidden,
    .start = Start::kNormal};
inline constexpr TensorRule kUp = {.role = Role::kUp,
                                   .place = Place::kEachLayer,
                                   .name = "model.layers.#.mlp.up_proj.weight",
                                   .gguf = "blk.#.ffn_up.weight",
                                   .shape = dim_to_hidden,
                                   .start = Start::kNormal};
inline constexpr TensorRule kDown = {
    .role = Role::kDown,
    .place = Place::kEachLayer,
    .name = "model.layers.#.mlp.down_proj.weight",
    .gguf = "blk.#.ffn_down.weight",
    .shape = hidden_to_dim,
    .start = Start::kResidual};
inline constexpr TensorRule kLastNorm = {.role = Role::kLastNorm,
                                         .place = Place::kAfterLayers,
                                         .name = "model.norm.weight",
                                         .gguf = "output_norm.weight",
                                         .shape = vector_of_dim,
                                         .start = Start::kOnes,
                                         .decays = false};
inline constexpr TensorRule kClassifier = {.role = Role::kClassifier,
                                           .place = Place::kAfterLayers,
                                           .name = "lm_head.weight",
                                           .gguf = "output.weight",
                                           .shape = vector_a_token,
                                           .start = Start::kNormal,
                                           .untied = true};

// The tensors of Llama, and of families that differ from it in other ways.
inline constexpr TensorRule kLlamaTensors[] = {
    kEmbedding,       kAttentionNorm, kQuery, kKey,  kValue,    kAttentionOut,
    kFeedForwardNorm, kGate,          kUp,    kDown, kLastNorm, kClassifier,
};

// Old versions of transformers stored the frequencies that follow from
// rope_theta; new ones ignore them.
inline constexpr std::string_view kLlamaIgnored[] = {
    "model.layers.#.self_attn.rotary_emb.inv_freq",
};

}  // namespace pi_ring::rules
