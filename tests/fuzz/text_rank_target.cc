// A rank as a service at a text, whose neighbour above is hostile: it refuses
// what makes no sense, and computes the next honest text as ever.
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "model/layers/stage.h"
#include "tests/fuzz/byte_link.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/messages.h"
#include "tests/fuzz/small_ring.h"
#include "tests/fuzz/target.h"
#include "userspace/ring/launch/rank_service.h"
#include "userspace/ring/message/stats.h"

namespace pi_ring {
namespace {

constexpr int kRanks = kSmallRanks;

// Those but kPlan: a training has threads, and a target of its own.
constexpr std::array kKindsAtAText = {
    Kind::kHello,     Kind::kPrefill,       Kind::kForward,
    Kind::kStats,     Kind::kError,         Kind::kReset,
    Kind::kPing,      Kind::kHeartbeat,     Kind::kStep,
    Kind::kNorm,      Kind::kSave,          Kind::kActivations,
    Kind::kGradients, static_cast<Kind>(0), static_cast<Kind>(99)};

// Writes what the rank above sends, in the order of a text unless something is
// to be wrong.
class NeighbourAbove {
 public:
  NeighbourAbove(int rank, Choices choices)
      : rank_(rank),
        dim_(static_cast<size_t>(small_weights(rank).config().dim)),
        choices_(choices) {}

  bool is_done() const { return choices_.are_used_up(); }

  std::string next() {
    constexpr size_t kGreetAgain = 6;
    const size_t what = choices_.below(10);
    if (what == kGreetAgain || sequence_ == 0) return damaged(greeting());
    if (what == 7) return damaged(stats());
    if (what == 8) return damaged(words());
    if (what == 9) return std::string(1 + choices_.below(40), '\0');
    return damaged(rows(what < 2 ? Kind::kPrefill : Kind::kForward));
  }

 private:
  static std::string bytes_of_message(const OneMessage& message) {
    return bytes_of(message.header, message.payload);
  }

  OneMessage greeting() {
    sequence_ = 1;
    position_ = 0;
    return greeting_for(rank_);
  }

  OneMessage rows(Kind kind) {
    OneMessage message;
    message.header.kind = kind;
    message.header.format = static_cast<RowFormat>(1 + choices_.below(3));
    message.header.rows = static_cast<uint32_t>(
        kind == Kind::kPrefill ? 1 + choices_.below(8) : 1);
    message.header.width = static_cast<uint32_t>(dim_);
    message.header.position = position_;
    message.header.sequence = sequence_ - 1;
    message.payload.resize(
        bytes_of_row(message.header.format, dim_) * message.header.rows,
        '\x3f');
    ++sequence_;
    position_ += message.header.rows;
    return message;
  }

  OneMessage stats() {
    return of_bytes(Kind::kStats,
                    string_of(encode(std::vector<RankStats>(kRanks))));
  }

  OneMessage words() {
    constexpr std::array kKinds = {Kind::kError, Kind::kReset, Kind::kPing,
                                   Kind::kHeartbeat};
    return of_bytes(kKinds[choices_.below(kKinds.size())],
                    std::string(choices_.take(choices_.byte())));
  }

  static OneMessage of_bytes(Kind kind, const std::string& payload) {
    return {text_header(kind, payload), payload};
  }

  // Often the length follows what is changed, so that the message gets far.
  std::string damaged(OneMessage message) {
    if (choices_.once_in(3)) {
      damage(message.header, kKindsAtAText, choices_);
      if (choices_.once_in(2)) fit(message);
    }
    if (choices_.once_in(4)) {
      damage(message.payload, choices_);
      if (choices_.once_in(2)) fit_width(message);
    }
    return bytes_of_message(message);
  }

  static void fit(OneMessage& message) {
    const Header& header = message.header;
    if (header.format > RowFormat::kQ8) return;
    const uint64_t row = bytes_of_row(header.format, header.width);
    const uint64_t bytes = row * header.rows;
    if (row < kMaxPayload && bytes < 4096) message.payload.resize(bytes);
  }

  static void fit_width(OneMessage& message) {
    if (message.header.format != RowFormat::kBytes) return;
    message.header.width = static_cast<uint32_t>(message.payload.size());
  }

  const int rank_;
  const size_t dim_;
  Choices choices_;
  uint32_t sequence_ = 0;  // one more than that of the next rows
  uint32_t position_ = 0;
};

struct EndOfTest {};

// Whether there are rows among the messages, each of which must be whole.
bool has_rows(std::string bytes) {
  bool found = false;
  while (!bytes.empty()) {
    found = take_message(bytes).header.kind == Kind::kForward || found;
  }
  return found;
}

// A service that runs until its neighbour has nothing more to say.
class Served {
 public:
  Served(int rank, Choices choices) : above_(rank, choices) {
    options_.ranks = kRanks;
    options_.rank = rank;
    options_.waiting = Pool::Waiting::kSleep;
    RankService service(
        options_, small_weights(rank), PlanFolders{}, [this] { return open(); },
        require_one_line);
    try {
      service.run([] {});
    } catch (const EndOfTest&) {
    }
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  const std::string& last_text() const { return last_text_; }
  bool has_passed_rows() const { return has_passed_rows_; }

 private:
  RankService::Links open() {
    if (up_ != nullptr) throw EndOfTest();
    auto up = std::make_unique<ByteLink>([this] { give_more(); });
    auto down = std::make_unique<ByteLink>([] { throw EndOfTest(); });
    up_ = up.get();
    down_ = down.get();
    return {std::move(up), std::move(down)};
  }

  // The hostile part ends as when a process ends: in the middle of anything.
  void give_more() {
    if (is_honest_) {
      last_text_ = down_->take();
      throw_link_error(LinkError::Kind::kClosed);
    }
    if (!above_.is_done()) return up_->put(above_.next());
    has_passed_rows_ = has_rows(down_->take());
    is_honest_ = true;
    up_->reset_stream();
    up_->put(honest_text_for(options_.rank));
    throw_link_error(LinkError::Kind::kBroken);
  }

  RankOptions options_;
  NeighbourAbove above_;
  ByteLink* up_ = nullptr;
  ByteLink* down_ = nullptr;
  bool is_honest_ = false;
  bool has_passed_rows_ = false;
  std::string last_text_;
};

// What follows the report of the break: the greeting and the row.
std::string answer_of(const Served& served) {
  std::string bytes = served.last_text();
  const OneMessage report = take_message(bytes);
  require(report.header.kind == Kind::kReset, "no report of a break");
  require(has_rows(bytes), "an honest text is not answered");
  return bytes;
}

const std::string& honest_answer(int rank) {
  static const std::array<std::string, 2> answers = {
      answer_of(Served(0, Choices({}))), answer_of(Served(1, Choices({})))};
  return answers[static_cast<size_t>(rank)];
}

// Returns whether rows went through.
bool accepts_text_session(std::string_view bytes) {
  Choices choices(bytes);
  const int rank = static_cast<int>(choices.below(2));
  const Served served(rank, choices);
  require(answer_of(served) == honest_answer(rank),
          "a text is another one after a hostile neighbour");
  return served.has_passed_rows();
}

std::vector<std::string> text_rank_seeds() {
  // A greeting, a prompt of a few chunks and some tokens; then figures, words.
  const std::string nothing_wrong(2, '\0');
  const auto prefill = std::string{0, 1, 4} + nothing_wrong;
  const auto forward = std::string{2, 1} + nothing_wrong;
  const auto stats = std::string{7} + nothing_wrong;
  const auto words = std::string{8, 0, 2, 'h', 'i'} + nothing_wrong;
  std::string text = std::string{6} + nothing_wrong;
  for (int i = 0; i < 3; ++i) text += prefill;
  for (int i = 0; i < 9; ++i) text += forward;
  return {std::string(1, '\0') + text + stats,
          std::string(1, '\1') + text + text + words + text};
}

const AddedTarget kTextRank({"text_rank", accepts_text_session,
                             text_rank_seeds});

}  // namespace
}  // namespace pi_ring
