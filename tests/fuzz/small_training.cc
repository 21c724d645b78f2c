// Makes the messages of a training, and damages them.
#include "tests/fuzz/small_training.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "tests/fuzz/byte_link.h"
#include "tests/fuzz/small_ring.h"
#include "tests/model/folder/small_model.h"
#include "tests/userspace/ring/train/hostile_plan.h"

namespace pi_ring {
namespace {

constexpr std::array kAllKinds = {
    Kind::kHello,        Kind::kPrefill,  Kind::kForward, Kind::kStats,
    Kind::kError,        Kind::kPlan,     Kind::kStep,    Kind::kActivations,
    Kind::kGradients,    Kind::kEvaluate, Kind::kNorm,    Kind::kUpdate,
    Kind::kSave,         Kind::kReset,    Kind::kPing,    Kind::kHeartbeat,
    static_cast<Kind>(0)};

// Values that make no plan so large that its model takes long to draw.
const std::vector<nlohmann::json>& values_for_plans() {
  static const std::vector<nlohmann::json> values = [] {
    std::vector<nlohmann::json> all = doubtful_values();
    std::erase(all, 1'000'000);
    std::ranges::copy(wrong_values(), std::back_inserter(all));
    std::ranges::copy(std::array{2, 4, 8, 33}, std::back_inserter(all));
    return all;
  }();
  return values;
}

}  // namespace

TrainPlan small_plan(const std::filesystem::path& save) {
  TrainPlan plan;
  plan.config = small_config();
  plan.cut = even_cut(plan.config.layers, kSmallRanks);
  plan.length = kLength;
  plan.micro_batches = static_cast<int>(kMicroBatches);
  plan.from = small_model();
  plan.save = save;
  return plan;
}

bool damage_plan(nlohmann::json& message, Choices& choices) {
  if (!choices.once_in(5)) return false;
  const auto fields = fields_of(message);
  const auto& values = values_for_plans();
  message[fields[choices.below(fields.size())]] =
      values[choices.below(values.size())];
  return true;
}

OneMessage message_of(Kind kind, std::string_view payload) {
  const std::string text(payload);
  return {text_header(kind, text), text};
}

OneMessage rows_of(Kind kind, uint32_t micro_batch) {
  OneMessage message;
  message.header.kind = kind;
  message.header.format = RowFormat::kF32;
  message.header.position = micro_batch;
  message.header.rows = kLength;
  message.header.width = static_cast<uint32_t>(small_config().dim);
  message.payload.resize(
      kLength * bytes_of_row(RowFormat::kF32, message.header.width), '\x3f');
  return message;
}

std::string damaged(OneMessage message, Choices& choices) {
  if (choices.once_in(5)) damage(message.header, kAllKinds, choices);
  if (choices.once_in(5)) damage(message.payload, choices);
  return bytes_of(message.header, message.payload);
}

OneMessage words_of(Choices& choices) {
  constexpr std::array kKinds = {Kind::kHeartbeat, Kind::kError, Kind::kReset,
                                 Kind::kPing, Kind::kStats};
  const Kind kind = kKinds[choices.below(kKinds.size())];
  return message_of(kind, choices.take(choices.byte()));
}

std::string TrainerBelow::next() {
  constexpr uint32_t kMost = 10'000;
  if (sent_ == kMost) throw_link_error(LinkError::Kind::kClosed);
  const OneMessage honest = rows_of(Kind::kGradients, sent_++ % kMicroBatches);
  std::string bytes = damaged(honest, choices_);
  has_forged_ |= bytes != bytes_of(honest.header, honest.payload);
  return bytes;
}

}  // namespace pi_ring
