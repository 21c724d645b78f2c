#include "userspace/link/seat.h"

#include <gtest/gtest.h>

namespace pi_ring {
namespace {

cpu_set_t allowed() {
  cpu_set_t processors;
  EXPECT_EQ(sched_getaffinity(0, sizeof processors, &processors), 0);
  return processors;
}

bool is_allowed(const cpu_set_t& expected) {
  const cpu_set_t now = allowed();
  return CPU_EQUAL(&now, &expected);
}

TEST(Seat, IsOneProcessorUntilItIsLeft) {
  const cpu_set_t before = allowed();
  {
    Seat seat;
    seat.sit_down();
    const cpu_set_t now = allowed();
    EXPECT_EQ(CPU_COUNT(&now), 1);
    EXPECT_TRUE(CPU_ISSET(sched_getcpu(), &now));
    seat.leave();
    EXPECT_TRUE(is_allowed(before));
    seat.sit_down();
  }
  EXPECT_TRUE(is_allowed(before));
}

TEST(Seat, IsNotMovedToWhereTheThreadMayNotRun) {
  const cpu_set_t before = allowed();
  for (int processor = -1; processor <= CPU_SETSIZE; ++processor) {
    if (processor >= 0 && processor < CPU_SETSIZE &&
        CPU_ISSET(processor, &before)) {
      continue;
    }
    Seat seat;
    seat.move_to(processor);
    EXPECT_TRUE(is_allowed(before));
  }
}

}  // namespace
}  // namespace pi_ring
