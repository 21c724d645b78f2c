// A training on the small ring: its plan, its messages, and the rank below that
// sends gradients.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tests/fuzz/choices.h"
#include "tests/fuzz/messages.h"
#include "userspace/ring/train/train_plan.h"

namespace pi_ring {

inline constexpr uint32_t kMicroBatches = 2;  // in a step, of one sequence each
inline constexpr int kLength = 2;             // tokens of a sequence

TrainPlan small_plan(const std::filesystem::path& save);

// Replaces one field of a kPlan message in one case of five, and returns
// whether it did.
bool damage_plan(nlohmann::json& message, Choices& choices);

OneMessage message_of(Kind kind, std::string_view payload);

// Activations or gradients of a micro-batch.
OneMessage rows_of(Kind kind, uint32_t micro_batch);

// The bytes of a message that a hostile rank may have changed.
std::string damaged(OneMessage message, Choices& choices);

// A heartbeat, an error or the like, with any words in it.
OneMessage words_of(Choices& choices);

// Writes what the rank below sends: gradients, more than a training can need,
// so that a rank never waits for it.
class TrainerBelow {
 public:
  explicit TrainerBelow(Choices choices) : choices_(choices) {}

  // Throws LinkError after the last message.
  std::string next();

  // Whether a message differed from an honest one.
  bool has_forged() const { return has_forged_; }

 private:
  Choices choices_;
  uint32_t sent_ = 0;
  bool has_forged_ = false;
};

}  // namespace pi_ring
