#include "model/math/pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
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
      }
    }
  }
}

TEST(PoolTest, AJobBeginsWhenTheOneBeforeIsDone) {
  for (const auto waiting : {Pool::Waiting::kSpin, Pool::Waiting::kSleep}) {
    const Pool pool(4, waiting);
    std::vector<size_t> sums(7);
    for (size_t job = 1; job <= 20'000; ++job) {
      // Each task reads what another one has written in the job before.
      const std::vector<size_t> before = sums;
      pool.each(sums.size(), [&](size_t i) {
        sums[i] = before[(i + 1) % before.size()] + 1;
      });
    }
    EXPECT_EQ(sums, std::vector<size_t>(7, 20'000));
  }
}

TEST(PoolTest, IsDestroyedBeforeOrAfterItsThreadsSleep) {
  for (int i = 0; i < 200; ++i) {
    const Pool pool(3);
    if (i % 2 == 0) pool.each(5, [](size_t) {});
    if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(PoolTest, NoThreadsAreRefused) {
  EXPECT_THROW(Pool(0), std::invalid_argument);
}

}  // namespace
}  // namespace pi_ring
