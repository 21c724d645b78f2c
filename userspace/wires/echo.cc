#include "userspace/wires/echo.h"

namespace pi_ring {
Echo::Echo(Ends& ends, size_t strobe) : ends_(ends), strobe_(strobe) {
  for (size_t line = 0; line < kWires; ++line) {
    ends_.listen(line, Pull::kPullDown);
  }
  now_ = ends_.now();
  low_at_.fill(now_);
  enter(State::kQuiet);
}

void Echo::enter(State state) {
  state_ = state;
  since_ = now_;
}

void Echo::lower() {
  ends_.listen(strobe_, Pull::kPullDown);
  enter(State::kQuiet);
}

// Ignores a line that is high for too long: it is stuck, or a driver holds it.
void Echo::forget_held(Heard& levels) {
  for (size_t line = 0; line < kWires; ++line) {
    if (!levels[line]) low_at_[line] = now_;
    held_[line] = now_ - low_at_[line] > kForgotten;
  }
  levels &= ~held_;
}

Heard Echo::hear() {
  Heard levels(ends_.levels().to_ulong());
  strobe_is_high_ = levels[strobe_];
  levels[strobe_] = false;
  forget_held(levels);
  return levels;
}

void Echo::step() {
  now_ = ends_.now();
  before_ = heard_;
  heard_ = hear();
  switch (state_) {
    case State::kQuiet:
      step_quiet();
      break;
    case State::kCalling:
      if (now_ - since_ >= kBeacon) lower();
      break;
    case State::kAnswering:
      if ((heard_ & subject_).none() || now_ - since_ > kForgotten) lower();
      break;
    case State::kRefusing:
      if (heard_.none()) enter(State::kQuiet);
      break;
  }
}

void Echo::step_quiet() {
  // Another output is on this wire: it is swapped or shorted.
  if (strobe_is_high_) return;
  if (heard_.any()) {
    if (heard_ == before_) begin_answer();
  } else if (now_ - since_ >= kBeaconPause) {
    count_ = 0;
    ends_.raise(strobe_);
    enter(State::kCalling);
  }
}

void Echo::begin_answer() {
  if (heard_ != subject_ || now_ - since_ > kNewCount) count_ = 0;
  subject_ = heard_;
  if (count_ >= answers_for(subject_)) {
    enter(State::kRefusing);
    return;
  }
  ++count_;
  ++answered_;
  ends_.raise(strobe_);
  enter(State::kAnswering);
}

}  // namespace pi_ring
