#include "userspace/commands/processors.h"

#include <gtest/gtest.h>
#include <sched.h>

namespace pi_ring {
namespace {

TEST(Processors, AreAtMostThoseOfTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  EXPECT_LE(usable_processors(), CPU_COUNT(&before));
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int processor = 0; CPU_COUNT(&one) == 0; ++processor) {
    if (CPU_ISSET(processor, &before)) CPU_SET(processor, &one);
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(usable_processors(), 1);
  sched_setaffinity(0, sizeof before, &before);
}

TEST(Processors, OfAQuotaAreRoundedUp) {
  EXPECT_EQ(processors_in_quota("200000 100000"), 2);
  EXPECT_EQ(processors_in_quota("150000 100000"), 2);
  EXPECT_EQ(processors_in_quota("50000 100000"), 1);
}

TEST(Processors, WithoutAQuotaHaveNoLimit) {
  for (const char* text : {"max 100000", "", "nonsense", "0 0", "-1 100000"}) {
    EXPECT_EQ(processors_in_quota(text), 0) << text;
  }
}

}  // namespace
}  // namespace pi_ring
