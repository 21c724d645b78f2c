// Reads and writes sizes, theta and what else the descendants of Llama share.
#include "model/architecture/shape_fields.h"

#include <nlohmann/json.hpp>
#include <string>

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr const char* kWindowedLayer = "sliding_attention";
constexpr const char* kFullLayer = "full_attention";

// Two names of one function.
void check_silu(const ConfigFields& fields) {
  const std::string name = fields.text_or("hidden_act", "silu");
  if (name != "silu" && name != "swish") {
    fields.refuse("hidden_act", "\"silu\"");
  }
}

// Newer files keep theta in an object of its own, with the scaling.
void read_rope(const ConfigFields& fields, float fallback,
               ModelConfig& config) {
  config.rope_theta = fields.number_or("rope_theta", fallback);
  const bool is_new = fields.has("rope_parameters");
  if (is_new && fields.has("rope_scaling")) {
    fields.refuse("rope_scaling", "none beside rope_parameters");
  }
  const char* key = is_new ? "rope_parameters" : "rope_scaling";
  if (!fields.has(key)) return;
  const ConfigFields rope = fields.object(key);
  config.rope_theta = rope.number_or("rope_theta", config.rope_theta);
  config.rope_scaling = read_rope_scaling(rope, config.context);
}

}  // namespace

void read_sizes(const ConfigFields& fields, const ShapeDefaults& defaults,
                ModelConfig& config) {
  config.dim = fields.count("hidden_size", kLargestDim);
  config.hidden_dim = fields.count("intermediate_size", kLargestDim);
  config.layers = fields.count("num_hidden_layers", kMostLayers);
  config.heads = fields.count("num_attention_heads", kLargestDim);
  config.kv_heads =
      defaults.needs_kv_heads
          ? fields.count("num_key_value_heads", kLargestDim)
          : fields.count_or("num_key_value_heads", kLargestDim, config.heads);
  config.vocab = fields.count("vocab_size", kLargestVocab);
  config.context = fields.count("max_position_embeddings", kLongestContext);
  config.norm_epsilon = fields.number_or("rms_norm_eps", defaults.epsilon);
}

void read_head_dim(const ConfigFields& fields, ModelConfig& config) {
  if (!fields.has("head_dim")) return;
  const int given = fields.count("head_dim", kLargestDim);
  if (int64_t{given} * config.heads != config.dim) config.head_width = given;
}

void read_tying(const ConfigFields& fields, bool fallback,
                ModelConfig& config) {
  config.tied = fields.flag_or("tie_word_embeddings", fallback);
  config.tying_is_open = !fields.has("tie_word_embeddings");
}

void read_shape(const ConfigFields& fields, const ShapeDefaults& defaults,
                ModelConfig& config) {
  read_sizes(fields, defaults, config);
  check_silu(fields);
  read_rope(fields, defaults.theta, config);
  read_tying(fields, defaults.tied, config);
  read_head_dim(fields, config);
}

bool read_layer_types(const ConfigFields& fields, ModelConfig& config) {
  if (!fields.has("layer_types")) return false;
  const json& types = fields.at("layer_types");
  if (!types.is_array() || types.size() != static_cast<size_t>(config.layers)) {
    fields.refuse("layer_types", "a list of one a layer");
  }
  config.windowed.clear();
  for (const json& type : types) {
    if (type != kWindowedLayer && type != kFullLayer) {
      fields.refuse("layer_types", std::string("\"") + kFullLayer +
                                       "\" and \"" + kWindowedLayer +
                                       "\" only");
    }
    config.windowed.push_back(type == kWindowedLayer);
  }
  return true;
}

json layer_types_json(const ModelConfig& config) {
  json types = json::array();
  for (int layer = 0; layer < config.layers; ++layer) {
    types.push_back(config.is_windowed(layer) ? kWindowedLayer : kFullLayer);
  }
  return types;
}

json shape_json(const ModelConfig& config) {
  json object = {{"hidden_size", config.dim},
                 {"intermediate_size", config.hidden_dim},
                 {"num_hidden_layers", config.layers},
                 {"num_attention_heads", config.heads},
                 {"num_key_value_heads", config.kv_heads},
                 {"vocab_size", config.vocab},
                 {"max_position_embeddings", config.context},
                 {"rms_norm_eps", shortest(config.norm_epsilon)},
                 {"rope_theta", shortest(config.rope_theta)},
                 {"tie_word_embeddings", config.tied}};
  if (config.head_width > 0) object["head_dim"] = config.head_width;
  if (config.rope_scaling.kind != RopeScaling::Kind::kNone) {
    object["rope_scaling"] = rope_scaling_json(config.rope_scaling);
  }
  return object;
}

}  // namespace pi_ring
