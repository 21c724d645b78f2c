// A rank as a service at a training, both of whose neighbours are hostile: it
// refuses what makes no sense, and serves the next honest text and training.
#include <array>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

#include "tests/fuzz/byte_link.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/messages.h"
#include "tests/fuzz/small_ring.h"
#include "tests/fuzz/small_training.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"
#include "userspace/ring/launch/rank_service.h"
#include "userspace/ring/message/little_endian.h"
#include "userspace/ring/train/plan_message.h"

namespace pi_ring {
namespace {

// What a rank receives from above: once, and then at each step.
constexpr std::array kAtFirst = {Kind::kHello, Kind::kPlan, Kind::kPlan};
constexpr std::array kAtAStep = {Kind::kStep,        Kind::kActivations,
                                 Kind::kActivations, Kind::kNorm,
                                 Kind::kUpdate,      Kind::kEvaluate};
constexpr size_t kPlaces = kAtFirst.size() + kAtAStep.size();

// Writes what the rank above sends, in the order of a training unless something
// is to be wrong.
class TrainerAbove {
 public:
  TrainerAbove(int rank, const std::filesystem::path& save, Choices choices)
      : rank_(rank),
        plan_(to_json(PlanMessage{
            .plan = small_plan(save), .begin = false, .claims = {}})),
        choices_(choices) {}

  bool is_done() const { return choices_.are_used_up(); }

  std::string next() {
    switch (choices_.below(10)) {
      case 6:
        return damaged(saving(/*write=*/choices_.below(2) == 0), choices_);
      case 7:
        return damaged(words_of(choices_), choices_);
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
        return message_of(Kind::kNorm, std::string(8 + kSmallRanks * 16, '\0'));
      case Kind::kUpdate:
        return update();
      case Kind::kEvaluate:
        return rows_of(Kind::kEvaluate, 0);
      default:
        return message_of(Kind::kStep, "");
    }
  }

  OneMessage plan(bool begin) {
    nlohmann::json message = plan_;
    message["begin"] = begin;
    damage_plan(message, choices_);
    return message_of(Kind::kPlan, message.dump());
  }

  OneMessage update() const {
    std::array<std::byte, 16> bytes{};
    LittleEndianWriter writer(bytes);
    writer.put(std::bit_cast<uint32_t>(0.01F));
    writer.put(std::bit_cast<uint32_t>(1.0F));
    writer.put(uint64_t{step_});
    return message_of(Kind::kUpdate, string_of(bytes));
  }

  OneMessage saving(bool write) const {
    const nlohmann::json order = {
        {"step", step_}, {"write", write}, {"errors", nlohmann::json::array()}};
    return message_of(Kind::kSave, order.dump());
  }

  const int rank_;
  const nlohmann::json plan_;
  Choices choices_;
  size_t place_ = 0;
  uint32_t step_ = 1;
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
  std::string words = {0, 1, 4, 0, 0, 0, 0, 7, 0, 2, 'h', 'i', 0, 0};
  words += steps;
  std::string saves = {1, 0, 0};
  saves += steps;
  saves += std::string{6, 0, 0, 0, 6, 1, 0, 0};
  return {words, saves};
}

const AddedTarget kTrainRank({"train_rank", accepts_training,
                              train_rank_seeds});

}  // namespace
}  // namespace pi_ring
