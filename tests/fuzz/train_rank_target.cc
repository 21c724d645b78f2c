// A rank as a service at a training, both of whose neighbours are hostile: it
// refuses what makes no sense, and serves the next honest text and training.
#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "tests/fuzz/byte_link.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/messages.h"
#include "tests/fuzz/small_ring.h"
#include "tests/fuzz/target.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/ring/train/hostile_plan.h"
#include "userspace/ring/launch/rank_service.h"
#include "userspace/ring/message/little_endian.h"

namespace pi_ring {
namespace {

constexpr uint32_t kMicroBatches = 2;
constexpr int kLength = 2;

constexpr std::array kAllKinds = {
    Kind::kHello,        Kind::kPrefill,  Kind::kForward, Kind::kStats,
    Kind::kError,        Kind::kPlan,     Kind::kStep,    Kind::kActivations,
    Kind::kGradients,    Kind::kEvaluate, Kind::kNorm,    Kind::kUpdate,
    Kind::kSave,         Kind::kReset,    Kind::kPing,    Kind::kHeartbeat,
    static_cast<Kind>(0)};

// What a rank receives from above: once, and then at each step.
constexpr std::array kAtFirst = {Kind::kHello, Kind::kPlan, Kind::kPlan};
constexpr std::array kAtAStep = {Kind::kStep,        Kind::kActivations,
                                 Kind::kActivations, Kind::kNorm,
                                 Kind::kUpdate,      Kind::kEvaluate};
constexpr size_t kPlaces = kAtFirst.size() + kAtAStep.size();

nlohmann::json honest_plan(const std::filesystem::path& save) {
  TrainPlan plan;
  plan.config = small_config();
  plan.cut = even_cut(plan.config.layers, kSmallRanks);
  plan.length = kLength;
  plan.micro_batches = static_cast<int>(kMicroBatches);
  plan.from = small_model();
  plan.save = save;
  return to_json(PlanMessage{.plan = plan, .begin = false, .claims = {}});
}

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

OneMessage of_bytes(Kind kind, const std::string& payload) {
  return {text_header(kind, payload), payload};
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

// Writes what the rank above sends, in the order of a training unless something
// is to be wrong.
class TrainerAbove {
 public:
  TrainerAbove(int rank, const std::filesystem::path& save, Choices choices)
      : rank_(rank), plan_(honest_plan(save)), choices_(choices) {}

  bool is_done() const { return choices_.are_used_up(); }

  std::string next() {
    switch (choices_.below(10)) {
      case 6:
        return damaged(saving(/*write=*/choices_.below(2) == 0), choices_);
      case 7:
        return damaged(words(), choices_);
      case 8:
        return damaged(at(choices_.below(kPlaces)), choices_);
      case 9:
        advance(choices_.below(kPlaces));
        break;
      default:
        break;
    }
    const size_t place = place_;
    advance(1);
    return damaged(at(place), choices_);
  }

  // A text, and then a training of one step.
  std::string honest_session() {
    choices_ = Choices({});
    std::string bytes = honest_text_for(rank_);
    for (size_t place = 1; place < kPlaces; ++place) {
      bytes += damaged(at(place), choices_);
    }
    return bytes;
  }

 private:
  void advance(size_t places) {
    for (; places > 0; --places) {
      if (++place_ < kPlaces) continue;
      place_ = kAtFirst.size();
      ++step_;
    }
  }

  OneMessage at(size_t place) {
    if (place == 0) return greeting_for(rank_);
    if (place < kAtFirst.size()) return plan(/*begin=*/place == 2);
    const size_t of_step = place - kAtFirst.size();
    switch (kAtAStep[of_step]) {
      case Kind::kActivations:
        return rows_of(Kind::kActivations, static_cast<uint32_t>(of_step) - 1);
      case Kind::kNorm:
        return of_bytes(Kind::kNorm, std::string(8 + kSmallRanks * 16, '\0'));
      case Kind::kUpdate:
        return update();
      case Kind::kEvaluate:
        return rows_of(Kind::kEvaluate, 0);
      default:
        return of_bytes(Kind::kStep, "");
    }
  }

  OneMessage plan(bool begin) {
    nlohmann::json message = plan_;
    message["begin"] = begin;
    if (choices_.once_in(5)) {
      const auto fields = fields_of(message);
      const auto& values = values_for_plans();
      message[fields[choices_.below(fields.size())]] =
          values[choices_.below(values.size())];
    }
    return of_bytes(Kind::kPlan, message.dump());
  }

  OneMessage update() const {
    std::array<std::byte, 16> bytes{};
    LittleEndianWriter writer(bytes);
    writer.put(std::bit_cast<uint32_t>(0.01F));
    writer.put(std::bit_cast<uint32_t>(1.0F));
    writer.put(uint64_t{step_});
    return of_bytes(Kind::kUpdate, string_of(bytes));
  }

  OneMessage saving(bool write) const {
    const nlohmann::json order = {
        {"step", step_}, {"write", write}, {"errors", nlohmann::json::array()}};
    return of_bytes(Kind::kSave, order.dump());
  }

  OneMessage words() {
    constexpr std::array kKinds = {Kind::kHeartbeat, Kind::kError, Kind::kReset,
                                   Kind::kPing, Kind::kStats};
    return of_bytes(kKinds[choices_.below(kKinds.size())],
                    std::string(choices_.take(choices_.byte())));
  }

  const int rank_;
  const nlohmann::json plan_;
  Choices choices_;
  size_t place_ = 0;
  uint32_t step_ = 1;
};

// Writes what the rank below sends: gradients, more than a training can need,
// so that the rank never waits for it.
class TrainerBelow {
 public:
  explicit TrainerBelow(Choices choices) : choices_(choices) {}

  std::string next() {
    constexpr uint32_t kMost = 10'000;
    if (sent_ == kMost) throw_link_error(LinkError::Kind::kClosed);
    return damaged(rows_of(Kind::kGradients, sent_++ % kMicroBatches),
                   choices_);
  }

 private:
  Choices choices_;
  uint32_t sent_ = 0;
};

struct EndOfTest {};

// A service that runs until its neighbours have nothing more to say, and then
// through an honest session.
class ServedTraining {
 public:
  explicit ServedTraining(int rank, Choices choices)
      : end_(choices.below(2) == 0 ? LinkError::Kind::kClosed
                                   : LinkError::Kind::kBroken),
        below_(Choices(choices.take(choices.byte()))),
        above_(rank, files_ / "run", choices) {
    options_.ranks = kSmallRanks;
    options_.rank = rank;
    options_.waiting = Pool::Waiting::kSleep;
    options_.patience = std::chrono::hours(1);
    RankService service(
        options_, small_weights(rank),
        PlanFolders{.model = small_model(), .training = files_.path()},
        [this] { return open(); },
        [this](const std::string& line) { note(line); });
    try {
      service.run([] {});
    } catch (const EndOfTest&) {
    }
  }
  ServedTraining(const ServedTraining&) = delete;
  ServedTraining& operator=(const ServedTraining&) = delete;

  // Whether all messages of a session were those of a training.
  bool has_trained(size_t session) const {
    return reasons_[session] == "a link is closed" ||
           reasons_[session] == "the test's link failed";
  }
  const std::string& reason(size_t session) const { return reasons_[session]; }
  const std::string& honest_answer() const { return honest_answer_; }

 private:
  // The second links are those of the honest session.
  RankService::Links open() {
    if (opened_++ == 2) throw EndOfTest();
    const bool is_honest = opened_ == 2;
    if (is_honest) below_ = TrainerBelow(Choices({}));
    auto up = std::make_unique<ByteLink>(
        [this, is_honest] { is_honest ? give_honest() : give_more(); });
    auto down =
        std::make_unique<ByteLink>([this] { down_->put(below_.next()); });
    up_ = up.get();
    down_ = down.get();
    return {std::move(up), std::move(down)};
  }

  // A text would go on after a break, so a close follows it.
  void give_more() {
    if (!above_.is_done()) return up_->put(above_.next());
    throw_link_error(std::exchange(end_, LinkError::Kind::kClosed));
  }

  void give_honest() {
    if (!std::exchange(is_given_, true)) {
      return up_->put(above_.honest_session());
    }
    honest_answer_ = down_->take();
    throw_link_error(LinkError::Kind::kClosed);
  }

  void note(const std::string& line) {
    constexpr std::string_view kOver = "the training is over: ";
    require_one_line(line);
    if (line.starts_with(kOver)) {
      reasons_[opened_ - 1] = line.substr(kOver.size());
    }
  }

  const TemporaryFolder files_;
  LinkError::Kind end_;
  RankOptions options_;
  TrainerBelow below_;
  TrainerAbove above_;
  ByteLink* up_ = nullptr;
  ByteLink* down_ = nullptr;
  size_t opened_ = 0;
  bool is_given_ = false;
  std::array<std::string, 2> reasons_;
  std::string honest_answer_;
};

// What the honest text was answered with.
std::string text_of(const ServedTraining& served) {
  std::string bytes = served.honest_answer();
  require(take_message(bytes).header.kind == Kind::kReset,
          "no report of a restart");
  std::string text;
  for (const Kind kind : {Kind::kHello, Kind::kForward}) {
    const OneMessage message = take_message(bytes);
    require(message.header.kind == kind, "an honest text is not answered");
    text += message.payload;
  }
  return text;
}

const std::string& honest_text(int rank) {
  static const std::array<std::string, 2> texts = {
      text_of(ServedTraining(0, Choices({}))),
      text_of(ServedTraining(1, Choices({})))};
  return texts[static_cast<size_t>(rank)];
}

// Returns whether a training took all that was sent.
bool accepts_training(std::string_view bytes) {
  Choices choices(bytes);
  const int rank = static_cast<int>(choices.below(2));
  const ServedTraining served(rank, choices);
  require(served.has_trained(1),
          "an honest training ends: " + served.reason(1));
  require(text_of(served) == honest_text(rank),
          "a text is another one after a hostile training");
  return served.has_trained(0);
}

std::vector<std::string> train_rank_seeds() {
  // Two steps with a neighbour's words; and two that are saved.
  const std::string steps(3 * (kPlaces + kAtAStep.size()), '\0');
  const std::string words = {7, 0, 2, 'h', 'i', 0, 0};
  const std::string saves = {6, 0, 0, 0, 6, 1, 0, 0};
  return {std::string{0, 1, 4, 0, 0, 0, 0} + words + steps,
          std::string{1, 0, 0} + steps + saves};
}

const AddedTarget kTrainRank({"train_rank", accepts_training,
                              train_rank_seeds});

}  // namespace
}  // namespace pi_ring
