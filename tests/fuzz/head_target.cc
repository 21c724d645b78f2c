// The head at a text, on a ring whose last rank is hostile or whose links
// break: it ends with an error, or goes on; and where nothing was forged, it
// computes as ever.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "tests/fuzz/byte_link.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/messages.h"
#include "tests/fuzz/target.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/replay.h"
#include "userspace/ring/text/text_rank.h"

namespace pi_ring {
namespace {

constexpr std::array kAllKinds = {
    Kind::kHello, Kind::kPrefill,       Kind::kForward,       Kind::kStats,
    Kind::kError, Kind::kPlan,          Kind::kStep,          Kind::kNorm,
    Kind::kSave,  Kind::kActivations,   Kind::kHeartbeat,     Kind::kReset,
    Kind::kPing,  static_cast<Kind>(0), static_cast<Kind>(99)};
constexpr std::array kPrompt = {1, 3, 5, 7, 9};
constexpr int kTokens = 4;

struct RingOfTwo {
  Weights rank;
  Weights head;
};

const RingOfTwo& ring_of_two() {
  static const RingOfTwo ring = [] {
    const TemporaryFolder folder;
    write_small_model(folder.path());
    return RingOfTwo{open_weights(folder.path(), 2, 0),
                     open_weights(folder.path(), 2, 1)};
  }();
  return ring;
}

RankOptions options_of(int rank) {
  RankOptions options;
  options.ranks = 2;
  options.rank = rank;
  options.waiting = Pool::Waiting::kSleep;
  return options;
}

// The rank between the head's two links. It answers honestly, and then its
// answer is forged, lost, or repeated.
class HostileRing {
 public:
  explicit HostileRing(std::string_view bytes)
      : choices_(bytes),
        rank_options_(options_of(0)),
        up_([this] { answer(); }),
        down_([] { throw_link_error(LinkError::Kind::kClosed); }),
        rank_up_([] { throw_link_error(LinkError::Kind::kTimeout); }),
        rank_down_([] { throw_link_error(LinkError::Kind::kClosed); }),
        rank_(rank_options_, ring_of_two().rank, rank_up_, rank_down_) {}
  HostileRing(const HostileRing&) = delete;
  HostileRing& operator=(const HostileRing&) = delete;

  Link& up() { return up_; }
  Link& down() { return down_; }
  bool has_forged() const { return has_forged_; }

 private:
  // More for the head to receive. A timeout where there is nothing lets the
  // head greet again.
  void answer() {
    rank_up_.put(down_.take());
    let_rank_work();
    answers_ += rank_down_.take();
    if (answers_.empty()) throw_link_error(LinkError::Kind::kTimeout);
    pass_one();
  }

  void let_rank_work() {
    try {
      for (;;) rank_.handle(rank_.next_header());
    } catch (const LinkError&) {
      // There is nothing more.
    } catch (const RingError& error) {
      rank_up_.reset_stream();
      rank_.drop_text();
      rank_.report(Kind::kError, error.what());
    }
  }

  void pass_one() {
    OneMessage message = take_message(answers_);
    switch (choices_.below(16)) {
      case 15:
        return forge_header(message);
      case 14:
        return forge_payload(message);
      case 13:
        up_.put(bytes_of(message.header, message.payload));
        break;  // the message comes twice
      case 12:
        return;  // it is lost
      case 11:
        return up_.break_stream();
      case 10:
        down_.break_stream();
        break;  // the head's next message fails
      case 9:
        say(choices_.once_in(2) ? Kind::kReset : Kind::kError);
        break;
      default:
        break;
    }
    up_.put(bytes_of(message.header, message.payload));
  }

  void forge_header(OneMessage& message) {
    has_forged_ = true;
    damage(message.header, kAllKinds, choices_);
    if (choices_.once_in(2)) damage(message.header, kAllKinds, choices_);
    up_.put(bytes_of(message.header, message.payload));
  }

  // A payload of bytes may have any length.
  void forge_payload(OneMessage& message) {
    has_forged_ = true;
    damage(message.payload, choices_);
    if (message.header.format == RowFormat::kBytes) {
      message.header.rows = 1;
      message.header.width = static_cast<uint32_t>(message.payload.size());
    }
    up_.put(bytes_of(message.header, message.payload));
  }

  void say(Kind kind) {
    const std::string words(choices_.take(choices_.byte()));
    up_.put(bytes_of(text_header(kind, words), words));
  }

  Choices choices_;
  const RankOptions rank_options_;
  ByteLink up_;
  ByteLink down_;
  ByteLink rank_up_;
  ByteLink rank_down_;
  TextRank rank_;
  std::string answers_;
  bool has_forged_ = false;
};

using Logits = std::vector<float>;

// Returns the logits after the last token.
Logits write_text(HostileRing& ring) {
  Head head(options_of(1), ring_of_two().head, &ring.up(), &ring.down());
  head.greet();
  Replay replay(head, require_one_line);
  std::span<const float> logits = replay.begin(kPrompt);
  for (int i = 0; i < kTokens; ++i) {
    const auto largest = std::ranges::max_element(logits);
    logits = replay.add(static_cast<int>(largest - logits.begin()));
  }
  Logits last(logits.begin(), logits.end());
  require(head.stats().size() == 2, "the figures of another ring");
  return last;
}

const Logits& honest_logits() {
  static const Logits logits = [] {
    HostileRing ring({});
    return write_text(ring);
  }();
  return logits;
}

// Returns whether a text was written to its end.
bool accepts_answers(std::string_view bytes) {
  HostileRing ring(bytes);
  try {
    const Logits logits = write_text(ring);
    require(ring.has_forged() || logits == honest_logits(),
            "other logits, and no message was forged");
    return true;
  } catch (const RingError& error) {
    require_one_line(error.what());
    return false;
  } catch (const RingBroken&) {
    return false;
  } catch (const LinkError&) {
    return false;
  }
}

std::vector<std::string> head_seeds() {
  return {std::string(16, '\0'),
          {0, 0, 11, 0, 0, 10, 0, 0, 0},
          {12, 0, 0, 0},
          {0, 0, 0, 9, 1, 2, 'h', 'i', 0, 0, 0}};
}

const AddedTarget kHead({"head", accepts_answers, head_seeds});

}  // namespace
}  // namespace pi_ring
