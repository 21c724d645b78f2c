#include "userspace/wires/inquiry.h"

#include <optional>

namespace pi_ring {
namespace {

constexpr Ends::Time kListening{3'000'000};
constexpr int kBeaconsToBelieve = 3;
constexpr int kTries = 5;

// The same answer this many times in a row is believed.
constexpr int kSameAnswers = 2;

class Inquiry {
 public:
  Inquiry(Ends& ends, size_t theirs) : ends_(ends), theirs_(theirs) {}

  Evidence run() {
    for (size_t line = 0; line < kWires; ++line) {
      ends_.listen(line, Pull::kPullDown);
    }
    ends_.pause(kLook);
    hear_beacon();
    if (beacon_.none()) {
      evidence_.no_answer = true;
      evidence_.untold.set();
      return evidence_;
    }
    for (size_t line = 0; line < kWires; ++line) try_line(line);
    match_crossed_strobe();
    return evidence_;
  }

 private:
  Heard levels() { return Heard(ends_.levels().to_ulong()); }

  // False: the condition did not become true in time.
  template <typename Condition>
  bool await(Ends::Time patience, const Condition& condition) {
    const Ends::Time start = ends_.now();
    while (!condition()) {
      if (ends_.now() - start > patience) return condition();
      ends_.pause(kLook);
    }
    return true;
  }

  // Finds lines that rise and fall by themselves, while this end drives none.
  void hear_beacon() {
    std::array<int, kWires> falls{};
    Heard never_low = levels();
    Heard before = never_low;
    await(kListening, [&] {
      const Heard now = levels();
      never_low &= now;
      for (size_t line = 0; line < kWires; ++line) {
        if (before[line] && !now[line] && ++falls[line] >= kBeaconsToBelieve) {
          beacon_[line] = true;
        }
      }
      before = now;
      return beacon_.any();
    });
    if (beacon_.none()) return note_held(never_low);
    // Lines that fall with it may fall a moment later. A line that fell only
    // once is one that the neighbour has just begun to pull down.
    for (size_t line = 0; line < kWires; ++line) {
      if (falls[line] >= kBeaconsToBelieve - 1) beacon_[line] = true;
    }
    note_held(never_low);
    note_beacon();
  }

  void note_held(const Heard& never_low) {
    for (size_t line = 0; line < kWires; ++line) {
      if (never_low[line]) hold(line, Rest::kHigh);
    }
  }

  // A line that shares the strobe's wire is not driven, so its far end stays
  // unknown.
  void note_beacon() {
    answer_ = beacon_[theirs_] ? theirs_ : beacon_._Find_first();
    for (size_t line = 0; line < kWires; ++line) {
      if (!beacon_[line]) continue;
      join(line, far_end(theirs_));
      evidence_.untold[line] = line != answer_;
    }
    evidence_.untold[theirs_] = beacon_.count() > 1 && !beacon_[theirs_];
  }

  void hold(size_t line, Rest rest) {
    evidence_.rest[near_end(line)] = evidence_.rest[far_end(line)] = rest;
    held_[line] = true;
  }

  void join(size_t line, size_t end) {
    evidence_.rose_with[near_end(line)][end] = true;
  }

  void try_line(size_t line) {
    if (beacon_[line] || line == theirs_ || held_[line]) return;
    std::optional<size_t> before;
    int same = 0;
    for (int attempt = 0; attempt < kTries; ++attempt) {
      const size_t answers = ask(line);
      if (held_[line]) return;
      if (evidence_.unpulled[near_end(line)]) {
        evidence_.untold[line] = held_[line] = true;
        ends_.pause(kForgotten + kPatience);
        return;
      }
      same = before == answers ? same + 1 : 1;
      before = answers;
      if (same == kSameAnswers) return note_answer(line, answers);
    }
    evidence_.unsteady[line] = true;
  }

  void note_answer(size_t line, size_t answers) {
    const Heard heard = heard_for(answers);
    for (size_t far = 0; far < kWires; ++far) {
      if (heard[far]) join(line, far_end(far));
    }
  }

  // Asks about a line until the neighbour stops answering; returns the count.
  size_t ask(size_t line) {
    size_t answers = 0;
    while (answers <= kMostAnswers && ask_once(line, answers == 0)) ++answers;
    ends_.pause(kPatience);  // for a new count
    return answers;
  }

  bool is_quiet() { return (levels() & ~held_).none(); }

  bool is_answered() { return levels()[answer_]; }

  // Tells an answer, which stays as long as the line is raised, from a beacon.
  bool is_answered_for_long() {
    if (!await(kPatience, [this] { return is_answered(); })) return false;
    const bool is_beacon =
        await(kSurelyNoBeacon, [this] { return !is_answered(); });
    return !is_beacon || await(kPatience, [this] { return is_answered(); });
  }

  bool ask_once(size_t line, bool first) {
    if (!await(kPatience, [this] { return is_quiet(); })) return false;
    ends_.raise(line);
    note_neighbours(line);
    if (held_[line]) return false;
    const bool answered =
        first ? is_answered_for_long()
              : await(kPatience, [this] { return is_answered(); });
    ends_.listen(line, Pull::kPullDown);
    note_fall(line);
    await(kPatience, [this] { return !is_answered(); });
    return answered;
  }

  // Notes which of this end's lines rose with it. If the raised line itself did
  // not rise it is released at once: it is shorted to ground or held low.
  void note_neighbours(size_t line) {
    const Heard now = levels();
    if (!now[line]) {
      ends_.listen(line, Pull::kPullDown);
      hold(line, Rest::kLow);
      return;
    }
    for (size_t other = 0; other < kWires; ++other) {
      const bool rose = now[other] && !held_[other] && other != answer_;
      if (rose && other != line) join(line, near_end(other));
    }
  }

  void note_fall(size_t line) {
    const bool fell =
        await(kPatience, [this, line] { return !levels()[line]; });
    if (!fell) evidence_.unpulled[near_end(line)] = true;
  }

  // This end's line for the neighbour's strobe was not driven. If that strobe
  // came on another line, the two are swapped.
  void match_crossed_strobe() {
    if (beacon_[theirs_]) return;
    if (beacon_.count() == 1) join(theirs_, far_end(answer_));
  }

  Ends& ends_;
  size_t theirs_;
  Heard beacon_;  // lines on which the neighbour's strobe was seen
  size_t answer_ = 0;
  Heard held_;  // lines that do not follow pulls or outputs
  Evidence evidence_;
};

}  // namespace

Evidence ask_neighbour(Ends& ends, size_t theirs) {
  return Inquiry(ends, theirs).run();
}

}  // namespace pi_ring
