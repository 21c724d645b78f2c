#include "userspace/ring/train/plan_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/userspace/ring/train/hostile_plan.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Returns why the message is refused; empty: it is not.
std::string refusal_of(const json& message) {
  try {
    plan_message_from(json::parse(message.dump()));
    return {};
  } catch (const RingError& error) {
    return error.what();
  }
}

// A rank does not count the parts of a model that is larger.
constexpr uint64_t kMostToCount = uint64_t{1} << 34;

void expect_refused(const json& message) {
  EXPECT_THAT(refusal_of(message), HasSubstr("is not valid: ")) << message;
}

bool may_have(const json::json_pointer& field, const json& value) {
  return (field.back() == "theta" && value == 1e30) ||
         (field.back() == "bos" && value == -1);
}

TEST(PlanMessageTest, AGoodPlanSurvives) {
  EXPECT_EQ(refusal_of(good_plan()), "");
  EXPECT_EQ(to_json(plan_message_from(good_plan())), good_plan());
}

TEST(PlanMessageTest, AWrongValueInAnyFieldIsRefused) {
  for (const json::json_pointer& field : fields_of(good_plan())) {
    for (const json& value : wrong_values()) {
      json message = good_plan();
      message[field] = value;
      if (may_have(field, value)) {
        EXPECT_EQ(refusal_of(message), "");
      } else {
        expect_refused(message);
      }
    }
  }
}

TEST(PlanMessageTest, AMissingFieldIsRefused) {
  for (const json::json_pointer& field : fields_of(good_plan())) {
    json message = good_plan();
    message.at(field.parent_pointer()).erase(field.back());
    expect_refused(message);
  }
}

// No count of memory wraps.
TEST(PlanMessageTest, EveryPlanThatIsAcceptedCanBeComputedWith) {
  for (const json::json_pointer& field : fields_of(good_plan())) {
    for (const json& value : doubtful_values()) {
      json message = good_plan();
      message[field] = value;
      if (!refusal_of(message).empty()) continue;
      const TrainPlan plan = plan_message_from(message).plan;
      const uint64_t least = least_claim_of(plan, 0).needed;
      if (least > kMostToCount) continue;
      EXPECT_GT(claim_of(plan, 0, /*threads=*/1).needed, least) << message;
    }
  }
}

TEST(PlanMessageTest, NumbersThatDoNotFitEachOtherAreRefused) {
  const std::vector<std::pair<const char*, int>> changes = {
      {"/plan/config/heads", 3},
      {"/plan/config/kv_heads", 3},
      {"/plan/config/dim", 18},
      {"/plan/config/bos", 101},
      {"/plan/config/eos", 2},
      {"/plan/config/eos/0", 101},
      {"/plan/config/context", 5},
      {"/plan/config/layers", 4},
      {"/plan/length", 129},
      {"/plan/sequences", 200'000},
      {"/plan/micro_batches", 1'000'001},
      {"/plan/start", 3},
      {"/plan/config/dim", 1 << 21},
      {"/plan/config/context", 1 << 25}};
  for (const auto& [field, value] : changes) {
    json message = good_plan();
    message[json::json_pointer(field)] = value;
    expect_refused(message);
  }
}

TEST(PlanMessageTest, TheLargestModelIsFoundTooLarge) {
  json message = good_plan();
  message["plan"]["config"]["dim"] = 1 << 20;
  message["plan"]["config"]["hidden_dim"] = 1 << 20;
  const TrainPlan plan = plan_message_from(message).plan;
  EXPECT_GT(least_claim_of(plan, 0).needed, uint64_t{1} << 40);
}

}  // namespace
}  // namespace pi_ring
