// The head of a training, both of whose neighbours are hostile: it ends with an
// error, or goes on; and where nothing was forged, it computes as ever.
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/fuzz/byte_link.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/messages.h"
#include "tests/fuzz/small_ring.h"
#include "tests/fuzz/small_training.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"
#include "userspace/ring/message/little_endian.h"
#include "userspace/ring/train/plan_message.h"
#include "userspace/ring/train/train_head.h"

namespace pi_ring {
namespace {

constexpr int64_t kSteps = 2;
constexpr std::array kTokens = {1, 3, 5, 7, 9, 11};  // of a step
static_assert(kTokens.size() == kMicroBatches * (kLength + 1));

// What the head receives from above: once, and then at each step, with its
// evaluation and, in some runs, its checkpoint.
constexpr std::array kAtFirst = {Kind::kPlan, Kind::kPlan};
constexpr std::array kAtAStep = {
    Kind::kActivations, Kind::kActivations, Kind::kNorm, Kind::kUpdate,
    Kind::kEvaluate,    Kind::kEvaluate,    Kind::kSave, Kind::kSave};

// Writes what the rank above sends, in the order of a training unless something
// is to be wrong. It does not end before the head does.
class RankAbove {
 public:
  RankAbove(bool saves, Choices choices)
      : places_(kAtFirst.size() + kAtAStep.size() - (saves ? 0 : 2)),
        choices_(choices) {}

  // Whether the messages were other than a training's.
  bool has_forged() const { return has_forged_; }

  std::string next() {
    const size_t choice = choices_.below(10);
    if (choice < 6) return next_in_order();
    has_forged_ = true;
    switch (choice) {
      case 6:
        throw_link_error(break_of(choices_));
      case 7:
        return damaged(words_of(choices_), choices_);
      case 8:
        return damaged(at(choices_.below(places_)), choices_);
      default:
        advance(choices_.below(places_));
        return next_in_order();
    }
  }

 private:
  static LinkError::Kind break_of(Choices& choices) {
    constexpr std::array kKinds = {LinkError::Kind::kBroken,
                                   LinkError::Kind::kClosed,
                                   LinkError::Kind::kTimeout};
    return kKinds[choices.below(kKinds.size())];
  }

  std::string next_in_order() {
    const OneMessage message = at(place_);
    advance(1);
    std::string bytes = damaged(message, choices_);
    has_forged_ |= bytes != bytes_of(message.header, message.payload);
    return bytes;
  }

  void advance(size_t places) {
    for (; places > 0; --places) {
      if (++place_ < places_) continue;
      place_ = kAtFirst.size();
      ++step_;
    }
  }

  OneMessage at(size_t place) {
    if (place < kAtFirst.size()) return plan(/*begin=*/place == 1);
    const size_t of_step = place - kAtFirst.size();
    switch (kAtAStep[of_step]) {
      case Kind::kActivations:
        return rows_of(Kind::kActivations, static_cast<uint32_t>(of_step));
      case Kind::kNorm:
        return norm();
      case Kind::kUpdate:
        return message_of(Kind::kUpdate, std::string(16, '\0'));
      case Kind::kEvaluate:
        return rows_of(Kind::kEvaluate, 0);
      default:
        return saving(/*write=*/of_step + 2 == kAtAStep.size());
    }
  }

  OneMessage plan(bool begin) {
    PlanMessage answer = {.plan = small_plan(""), .begin = begin, .claims = {}};
    answer.claims.resize(
        kSmallRanks - 1,
        {.needed = 1 << 20, .free = 1 << 30, .machine = "another"});
    nlohmann::json message = to_json(answer);
    has_forged_ |= damage_plan(message, choices_);
    return message_of(Kind::kPlan, message.dump());
  }

  static OneMessage norm() {
    std::array<std::byte, 8 + kSmallRanks * 16> bytes{};
    LittleEndianWriter(bytes).put(std::bit_cast<uint64_t>(0.25));
    return message_of(Kind::kNorm, string_of(bytes));
  }

  // The second of two holds the ranks' errors, which may be any text.
  OneMessage saving(bool write) {
    nlohmann::json answer = {
        {"step", step_}, {"write", write}, {"errors", nlohmann::json::array()}};
    if (choices_.once_in(4)) {
      has_forged_ = true;
      answer["errors"].push_back(choices_.take(choices_.byte()));
    }
    return message_of(Kind::kSave,
                      answer.dump(-1, ' ', /*ensure_ascii=*/false,
                                  nlohmann::json::error_handler_t::replace));
  }

  const size_t places_;
  Choices choices_;
  size_t place_ = 0;
  int64_t step_ = 1;
  bool has_forged_ = false;
};

RankOptions options_of_head() {
  RankOptions options;
  options.ranks = kSmallRanks;
  options.rank = kSmallRanks - 1;
  options.waiting = Pool::Waiting::kSleep;
  options.patience = std::chrono::hours(1);
  return options;
}

// A head with its neighbours, whose links are closed before it ends.
class HostileTraining {
 public:
  HostileTraining(bool saves, Choices below, Choices above)
      : saves_(saves),
        below_(below),
        above_(saves, above),
        up_([this] { up_.put(above_.next()); }),
        down_([this] { down_.put(below_.next()); }) {}
  HostileTraining(const HostileTraining&) = delete;
  HostileTraining& operator=(const HostileTraining&) = delete;

  // Returns the numbers of all steps. Throws as a TrainHead does.
  std::vector<double> train() {
    TrainHead head(options_of_head(), small_plan(files_ / "run"),
                   /*model=*/nullptr, &up_, &down_);
    const ClosedLinks closed{up_, down_};
    require(share_out(head.ask_for_memory()).size() == kSmallRanks,
            "shares for another number of ranks");
    head.begin();
    std::vector<double> numbers;
    for (int64_t step = 1; step <= kSteps; ++step) {
      const StepResult result = head.step(kTokens, step, 0.01F, 1.0F);
      numbers.push_back(result.loss);
      numbers.push_back(result.gradient_norm);
      numbers.push_back(head.evaluate(kTokens));
      if (saves_) save(head, step);
    }
    require(head.times().size() == kSmallRanks, "times of another ring");
    head.announce_end();
    return numbers;
  }

  // Asked after the head has ended.
  bool has_forged() const { return above_.has_forged() || below_.has_forged(); }
  bool has_errors() const { return has_errors_; }

 private:
  struct ClosedLinks {
    Link& up;
    Link& down;
    ~ClosedLinks() {
      up.close();
      down.close();
    }
  };

  void save(TrainHead& head, int64_t step) {
    for (const std::string& error : head.save(step)) {
      require_one_line(error);
      has_errors_ = true;
    }
  }

  const TemporaryFolder files_;
  const bool saves_;
  TrainerBelow below_;
  RankAbove above_;
  ByteLink up_;
  ByteLink down_;
  bool has_errors_ = false;
};

const std::vector<double>& honest_numbers() {
  static const std::vector<double> numbers =
      HostileTraining(/*saves=*/false, Choices({}), Choices({})).train();
  return numbers;
}

// Returns whether the training came to its end.
bool accepts_neighbours(std::string_view bytes) {
  Choices choices(bytes);
  const bool saves = choices.below(2) == 1;
  const Choices below(choices.take(choices.byte()));
  HostileTraining training(saves, below, choices);
  try {
    const std::vector<double> numbers = training.train();
    require(training.has_forged() || numbers == honest_numbers(),
            "other numbers, and no message was forged");
    require(training.has_forged() || !training.has_errors(),
            "a checkpoint failed, and no message was forged");
    return true;
  } catch (const RingError& error) {
    require_one_line(error.what());
  } catch (const LinkError& error) {
    require_one_line(error.what());
  }
  require(training.has_forged(), "an honest training ends with an error");
  return false;
}

std::vector<std::string> train_head_seeds() {
  // An honest training; and one with checkpoints and a heartbeat.
  const std::string steps(3 * kAtAStep.size(), '\0');
  std::string honest = {0, 4, 0, 0, 0, 0};
  honest += steps;
  std::string saves = {1, 0, 7, 0, 2, 'h', 'i', 0, 0};
  saves += steps;
  return {honest, saves};
}

const AddedTarget kTrainHead({"train_head", accepts_neighbours,
                              train_head_seeds});

}  // namespace
}  // namespace pi_ring
