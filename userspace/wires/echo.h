// The answering end of a link: it drives only its own strobe.
#pragma once

#include "userspace/wires/answer.h"

namespace pi_ring {

class Echo {
 public:
  // `strobe`: kClk on the downstream bank, kAck on the upstream bank.
  Echo(Ends& ends, size_t strobe);

  // Looks at the lines once. Call it about every kLook.
  void step();

  // How many questions of the neighbour it has answered.
  uint64_t answered() const { return answered_; }

 private:
  enum class State { kQuiet, kCalling, kAnswering, kRefusing };

  Heard hear();
  void forget_held(Heard& levels);
  void enter(State state);
  void lower();
  void step_quiet();
  void begin_answer();

  Ends& ends_;
  size_t strobe_;
  State state_ = State::kQuiet;
  Ends::Time now_{};
  Ends::Time since_{};
  Heard heard_;    // at this look
  Heard before_;   // at the look before
  Heard subject_;  // of the present count
  Heard held_;     // high for longer than any question
  std::array<Ends::Time, kWires> low_at_{};
  size_t count_ = 0;
  bool strobe_is_high_ = false;
  uint64_t answered_ = 0;
};

}  // namespace pi_ring
