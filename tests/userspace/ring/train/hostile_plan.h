// A plan that every rank accepts, and values that its fields should not have.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "userspace/ring/train/plan_message.h"

namespace pi_ring {

inline ModelConfig victim_config() {
  ModelConfig config;
  config.name = "small";
  config.dim = 16;
  config.hidden_dim = 24;
  config.layers = 5;
  config.heads = 4;
  config.kv_heads = 2;
  config.vocab = 101;
  config.context = 128;
  return config;
}

inline nlohmann::json good_plan() {
  TrainPlan plan;
  plan.config = victim_config();
  plan.cut = even_cut(plan.config.layers, 2);
  plan.length = 6;
  plan.micro_batches = 2;
  return to_json(PlanMessage{.plan = plan, .begin = true, .claims = {}});
}

// Values that no field of a plan may have, but for 1e30 as theta and -1 as the
// begin token.
inline std::vector<nlohmann::json> wrong_values() {
  return {nullptr, nlohmann::json::object(), -1, 1e30, -1e30, INT64_MIN};
}

// Values that some fields may have.
inline std::vector<nlohmann::json> doubtful_values() {
  using nlohmann::json;
  return {0,
          1,
          3,
          0.5,
          1'000'000,
          2e9,
          INT32_MAX,
          INT32_MIN,
          INT64_MAX,
          UINT64_MAX,
          std::numeric_limits<double>::denorm_min(),
          "",
          "text\x1b[2J",
          "/etc",
          "../../etc",
          true,
          false,
          json::array(),
          json::array({-1}),
          json::array({json::array({0, 5}), 5}),
          json::array({json::array({0, 5}), json::array({5, 5e9})}),
          json::array({json::array({-1, 5}), json::array({5, 5})})};
}

// Every field of the message, of its plan and of the plan's config.
inline std::vector<nlohmann::json::json_pointer> fields_of(
    const nlohmann::json& message) {
  std::vector<nlohmann::json::json_pointer> fields;
  for (const char* object : {"", "/plan", "/plan/config"}) {
    const nlohmann::json::json_pointer place(object);
    for (const auto& [key, value] : message.at(place).items()) {
      fields.push_back(place / key);
    }
  }
  return fields;
}

}  // namespace pi_ring
