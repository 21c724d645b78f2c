// The JSON of a training: the head's plan with the ranks' claims, and its order
// to save. A plan that is accepted can be computed with.
#include <algorithm>
#include <cstring>
#include <vector>

#include "tests/fuzz/target.h"
#include "tests/userspace/ring/train/hostile_plan.h"
#include "userspace/ring/train/plan_message.h"
#include "userspace/ring/train/schedule.h"
#include "userspace/ring/train/train_messages.h"

namespace pi_ring {
namespace {

// A rank does not count the parts of a model that is larger.
constexpr uint64_t kMostToCount = uint64_t{1} << 34;

constexpr int kMostToSchedule = 1000;

Message message_of(std::string_view bytes) {
  Message message;
  message.header.payload = static_cast<uint32_t>(bytes.size());
  message.floats =
      FloatBuffer((bytes.size() + sizeof(float) - 1) / sizeof(float));
  if (!bytes.empty()) {
    std::memcpy(message.floats.data(), bytes.data(), bytes.size());
  }
  return message;
}

template <typename Action>
bool is_taken(Action action) {
  try {
    action();
    return true;
  } catch (const RingError& error) {
    require_one_line(error.what());
    return false;
  }
}

void require_the_same_again(const PlanMessage& message) {
  const nlohmann::json object = to_json(message);
  const std::string text = object.dump();
  Message again = message_of(text);
  require(to_json(plan_message_from(json_of(again))) == object,
          "a plan changes when it is passed on: " + text);
}

void count_memory(const TrainPlan& plan, int rank) {
  const uint64_t least = least_claim_of(plan, rank).needed;
  if (least > kMostToCount) return;
  require(claim_of(plan, rank, /*threads=*/1).needed > least,
          "a count of memory is less than its part");
}

// All that a rank does before it allocates the model.
void compute_with(const TrainPlan& plan) {
  require(covers(plan.cut, plan.config.layers), "a cut leaves layers out");
  for (const int rank : {0, plan.ranks() / 2, plan.ranks() - 1}) {
    count_memory(plan, rank);
    const TrainShape shape = plan.shape_of(rank);
    require(shape.in_flight >= 1 && shape.rows() == plan.rows(),
            "a rank's shape is not that of its plan");
    schedule_of(rank, plan.ranks(),
                std::min(plan.micro_batches, kMostToSchedule));
  }
}

void check_plan(const nlohmann::json& object) {
  const PlanMessage message = plan_message_from(object);
  require_one_line(message.plan.config.name);
  require_one_line(message.plan.config.note);
  for (const MemoryClaim& claim : message.claims) {
    require_one_line(claim.machine);
  }
  share_out(message.claims);
  require_the_same_again(message);
  compute_with(message.plan);
}

void check_saving(std::string_view bytes) {
  Message message = message_of(bytes);
  const Saving saving = saving_of(message);
  require(saving.step >= 0, "a step below 0");
  for (const std::string& error : saving.errors) require_one_line(error);
}

// Returns whether the bytes are one of the two.
bool accepts_plan(std::string_view bytes) {
  const bool is_plan = is_taken([&] {
    Message message = message_of(bytes);
    check_plan(json_of(message));
  });
  return is_taken([&] { check_saving(bytes); }) || is_plan;
}

nlohmann::json plan_with_claims() {
  nlohmann::json message = good_plan();
  message["begin"] = false;
  for (const char* machine : {"one", "one", "two"}) {
    message["claims"].push_back(
        {{"needed", 9'000'000}, {"free", UINT64_MAX}, {"machine", machine}});
  }
  message["plan"]["save"] = "/tmp/run";
  message["plan"]["start"] = 2;
  message["plan"]["from"] = "/tmp/run/step-1";
  return message;
}

std::vector<std::string> plan_seeds() {
  return {good_plan().dump(), plan_with_claims().dump(),
          R"({"step": 7, "write": true, "errors": []})",
          R"({"step": 7, "write": false, "errors": ["rank 0: no room"]})"};
}

const AddedTarget kPlan({"plan", accepts_plan, plan_seeds});

}  // namespace
}  // namespace pi_ring
