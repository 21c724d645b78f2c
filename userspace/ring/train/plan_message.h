// What the message kPlan carries, as JSON. What a neighbour sends is checked
// here, in one place, before anything computes with it.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "userspace/ring/train/train_plan.h"

namespace pi_ring {

struct PlanMessage {
  TrainPlan plan;
  bool begin = false;  // false: each rank only adds its claim
  std::vector<MemoryClaim> claims;
};

nlohmann::json to_json(const TrainPlan& plan);
nlohmann::json to_json(const PlanMessage& message);

// These throw RingError, which names the field, where the object is no such
// message or a number is outside its limits or does not fit the others.
TrainPlan plan_from(const nlohmann::json& object);
PlanMessage plan_message_from(const nlohmann::json& object);

}  // namespace pi_ring
