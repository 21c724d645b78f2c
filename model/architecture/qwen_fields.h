// The fields of config.json that Qwen2 and Qwen3 share.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>

#include "model/architecture/shape_fields.h"

namespace pi_ring {

inline constexpr auto kQwenFields = joined(
    kShapeFields, std::array{used("use_sliding_window"), used("sliding_window"),
                             used("max_window_layers"), used("layer_types")});

void read_qwen(const ConfigFields& fields, ModelConfig& config);
nlohmann::json write_qwen(const ModelConfig& config);

}  // namespace pi_ring
