#include "userspace/wires/own_wires.h"

namespace pi_ring {
namespace {

// A pull of 50 kilohm moves a metre of jumper wire (100 pF) in 5 us.
constexpr Ends::Time kSettle{1000};
constexpr int kLooks = 4;

class Trial {
 public:
  explicit Trial(Ends& ends) : ends_(ends) {}

  Evidence run() {
    try_pulls_as_found();
    evidence_held(Pull::kPullDown, Rest::kHigh);
    evidence_held(Pull::kPullUp, Rest::kLow);
    pull_all(0, kMostEnds, Pull::kPullDown);
    for (size_t end = 0; end < kMostEnds; ++end) try_end(end);
    return evidence_;
  }

 private:
  void pull_all(size_t from, size_t to, Pull pull) {
    for (size_t end = from; end < to; ++end) ends_.listen(end, pull);
    ends_.pause(kSettle);
  }

  // The ends that were high in at least one of a few looks, as a floating end
  // is not steady.
  EndSet ever_high() {
    EndSet high;
    for (int look = 0; look < kLooks; ++look) {
      high |= ends_.levels();
      ends_.pause(kSettle);
    }
    return high;
  }

  // Only the far bank's pulls can be tested as found: the test first turns off
  // the near bank's. On a Pi the far bank is the upstream one, whose GPIO 4-8
  // are pulled up at boot.
  void try_pulls_as_found() {
    pull_all(0, kWires, Pull::kPullUp);
    pull_all(0, kWires, Pull::kNone);
    const EndSet high = ever_high();
    for (size_t wire = 0; wire < kWires; ++wire) {
      evidence_.unpulled[far_end(wire)] = high[far_end(wire)];
    }
  }

  void evidence_held(Pull pull, Rest against) {
    pull_all(0, kMostEnds, pull);
    const EndSet high = ever_high();
    for (size_t end = 0; end < kMostEnds; ++end) {
      if (high[end] == (against == Rest::kHigh)) evidence_.rest[end] = against;
    }
  }

  void try_end(size_t end) {
    if (evidence_.rest[end] != Rest::kFollows) return;
    const EndSet before = ends_.levels();
    ends_.raise(end);
    ends_.pause(kSettle);
    evidence_.rose_with[end] = ends_.levels() & ~before;
    ends_.listen(end, Pull::kPullDown);
    ends_.pause(kSettle);
    if (!before[end] && ends_.levels()[end]) evidence_.unpulled[end] = true;
  }

  Ends& ends_;
  Evidence evidence_;
};

}  // namespace

Evidence try_own_wires(Ends& ends) { return Trial(ends).run(); }

}  // namespace pi_ring
