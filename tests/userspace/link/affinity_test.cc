#include "userspace/link/affinity.h"

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

TEST(ThreadAffinity, IsOneProcessorUntilItIsRestored) {
  const cpu_set_t before = allowed();
  {
    ThreadAffinity affinity;
    affinity.pin_here();
    const cpu_set_t now = allowed();
    EXPECT_EQ(CPU_COUNT(&now), 1);
    EXPECT_TRUE(CPU_ISSET(sched_getcpu(), &now));
    affinity.restore();
    EXPECT_TRUE(is_allowed(before));
    affinity.pin_here();
  }
  EXPECT_TRUE(is_allowed(before));
}

TEST(ThreadAffinity, NeverPinsToAProcessorOutsideTheMask) {
  const cpu_set_t before = allowed();
  for (int processor = -1; processor <= CPU_SETSIZE; ++processor) {
    if (processor >= 0 && processor < CPU_SETSIZE &&
        CPU_ISSET(processor, &before)) {
      continue;
    }
    ThreadAffinity affinity;
    affinity.pin_to(processor);
    EXPECT_TRUE(is_allowed(before));
  }
}

}  // namespace
}  // namespace pi_ring
