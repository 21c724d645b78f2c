// The order of wish and look, on which it rests that no wake-up is lost. Races
// alone would not show a fault here: a sleep in slices hides a lost one.
#include "userspace/link/bell.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/userspace/deadlines.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Bell, TheListenerSaysThatItWaitsBeforeEveryLook) {
  Bell bell;
  int looks = 0;
  const auto ready = [&] {
    EXPECT_TRUE(bell.wanted()) << "look " << looks;
    bell.ring_if_wanted();  // so that it looks again at once
    return ++looks == 5;
  };
  EXPECT_TRUE(bell.wait_until(ready, in_time()));
  EXPECT_EQ(looks, 5);
}

TEST(Bell, ARingTakesTheWish) {
  Bell bell;
  const auto ready = [&] {
    bell.ring_if_wanted();
    EXPECT_FALSE(bell.wanted());
    return true;
  };
  EXPECT_TRUE(bell.wait_until(ready, in_time()));
}

TEST(Bell, NobodyIsSaidToWaitAfterAWait) {
  Bell bell;
  EXPECT_FALSE(bell.wanted());
  EXPECT_TRUE(bell.wait_until([] { return true; }, in_time()));
  EXPECT_FALSE(bell.wanted());
  EXPECT_FALSE(bell.wait_until([] { return false; },
                               steady_clock::now() + milliseconds(5)));
  EXPECT_FALSE(bell.wanted());
}

TEST(Bell, ARungListenerWakesAndIsNotSaidToWait) {
  Bell bell;
  std::atomic<bool> come = false;
  std::thread listener(
      [&] { bell.wait_until([&] { return come.load(); }, in_time()); });
  while (!bell.wanted()) std::this_thread::sleep_for(milliseconds(1));
  come = true;
  bell.ring_if_wanted();
  listener.join();
  EXPECT_FALSE(bell.wanted());
}

TEST(Bell, ARingThatNobodyWantsIsNotKept) {
  Bell bell;
  for (int i = 0; i < 1000; ++i) bell.ring_if_wanted();
  int looks = 0;
  const auto ready = [&] {
    ++looks;
    return false;
  };
  EXPECT_FALSE(bell.wait_until(ready, steady_clock::now() + milliseconds(20)));
  EXPECT_LT(looks, 100);
}

}  // namespace
}  // namespace pi_ring
