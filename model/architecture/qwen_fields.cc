// Reads and writes them; a window, where it is switched on, is that of the
// layers from some layer on.
#include "model/architecture/qwen_fields.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace pi_ring {
namespace {

void read_first_windowed(const ConfigFields& fields, ModelConfig& config) {
  if (read_layer_types(fields, config)) return;
  const char* key = "max_window_layers";
  // 0 is a number that it may have, too.
  const int first = fields.has(key) && fields.at(key) == 0
                        ? 0
                        : fields.count(key, kMostLayers);
  for (int layer = 0; layer < config.layers; ++layer) {
    config.windowed.push_back(layer >= first);
  }
}

void read_window(const ConfigFields& fields, ModelConfig& config) {
  const bool is_on = fields.flag_or("use_sliding_window", false);
  if (is_on && fields.has("sliding_window")) {
    config.window = fields.count("sliding_window", kLongestContext);
    read_first_windowed(fields, config);
  } else if (read_layer_types(fields, config)) {
    if (std::ranges::find(config.windowed, true) != config.windowed.end()) {
      fields.refuse("layer_types",
                    "\"full_attention\" only, as there is no "
                    "sliding_window in use");
    }
  }
  if (std::ranges::find(config.windowed, true) != config.windowed.end()) return;
  config.window = 0;
  config.windowed.clear();
}

}  // namespace

void read_qwen(const ConfigFields& fields, ModelConfig& config) {
  read_shape(fields, {.needs_kv_heads = true}, config);
  read_window(fields, config);
}

nlohmann::json write_qwen(const ModelConfig& config) {
  nlohmann::json object = shape_json(config);
  object["hidden_act"] = "silu";
  object["use_sliding_window"] = config.window > 0;
  if (config.window > 0) {
    object["sliding_window"] = config.window;
    object["layer_types"] = layer_types_json(config);
    const auto first = std::ranges::find(config.windowed, true);
    object["max_window_layers"] = first - config.windowed.begin();
  }
  return object;
}

}  // namespace pi_ring
