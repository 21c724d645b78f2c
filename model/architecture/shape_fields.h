// The fields of config.json that Llama and its descendants share.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>

#include "model/architecture/config.h"
#include "model/architecture/config_fields.h"

namespace pi_ring {

inline constexpr std::array kShapeFields = {
    used("hidden_size"),         used("intermediate_size"),
    used("num_hidden_layers"),   used("num_attention_heads"),
    used("num_key_value_heads"), used("head_dim"),
    used("vocab_size"),          used("max_position_embeddings"),
    used("hidden_act"),          used("rms_norm_eps"),
    used("rope_theta"),          used("rope_parameters"),
    used("rope_scaling"),        used("tie_word_embeddings")};

// What a family's class of Hugging Face takes where the file is silent.
struct ShapeDefaults {
  float epsilon = 1e-6F;
  float theta = 10000.0F;
  bool tied = false;
  bool needs_kv_heads = false;  // or as many as there are heads
};

void read_shape(const ConfigFields& fields, const ShapeDefaults& defaults,
                ModelConfig& config);

// The parts of it, for a family that names some of the fields otherwise.
void read_sizes(const ConfigFields& fields, const ShapeDefaults& defaults,
                ModelConfig& config);
void read_head_dim(const ConfigFields& fields, ModelConfig& config);
void read_tying(const ConfigFields& fields, bool fallback, ModelConfig& config);

// The list layer_types, if it is there: "sliding_attention" or
// "full_attention". Returns whether it is.
bool read_layer_types(const ConfigFields& fields, ModelConfig& config);
nlohmann::json layer_types_json(const ModelConfig& config);

// The same fields, but those that tell the activation.
nlohmann::json shape_json(const ModelConfig& config);

}  // namespace pi_ring
