// The processor that a thread sits on, and no other, for as long as it likes.
#pragma once

#include <sched.h>

namespace pi_ring {

// Of the thread that calls; the destructor leaves too.
class Seat {
 public:
  Seat() = default;
  ~Seat() { leave(); }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  // Moves there. Nothing happens where the thread may not: it was told by
  // somebody else where to run.
  void move_to(int processor);

  // Stays on the processor that it is on at this moment, unless it sits.
  void sit_down();

  // May run wherever it might before.
  void leave();

 private:
  static constexpr int kNone = -1;

  int processor_ = kNone;
  cpu_set_t before_;
};

}  // namespace pi_ring
