#include "model/math/pool.h"

#include <gtest/gtest.h>

#include <vector>

namespace pi_ring {
namespace {

TEST(PoolTest, EachTaskRunsOnce) {
  for (const int threads : {1, 2, 4}) {
    for (const auto waiting : {Pool::Waiting::kSpin, Pool::Waiting::kSleep}) {
      const Pool pool(threads, waiting);
      for (const size_t count : {0, 1, 2, 3, 100}) {
        std::vector<int> runs(count);
        pool.each(count, [&](size_t i) { ++runs[i]; });
        EXPECT_EQ(runs, std::vector<int>(count, 1));
        pool.rest();
      }
    }
  }
}

TEST(PoolTest, NoThreadsAreRefused) {
  EXPECT_THROW(Pool(0), std::invalid_argument);
}

}  // namespace
}  // namespace pi_ring
