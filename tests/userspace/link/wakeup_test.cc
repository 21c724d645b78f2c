// No wake-up is lost because the waiter says that it waits before it looks.
// Races alone would not show a fault here: sleeping in slices hides a lost one.
#include "userspace/link/wakeup.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/userspace/deadlines.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Wakeup, TheWaiterSaysThatItWaitsBeforeEveryLook) {
  Wakeup wakeup;
  int looks = 0;
  const auto ready = [&] {
    EXPECT_TRUE(wakeup.has_waiter()) << "look " << looks;
    wakeup.notify_if_waiting();  // so that it looks again at once
    return ++looks == 5;
  };
  EXPECT_TRUE(wakeup.wait_until(ready, in_time()));
  EXPECT_EQ(looks, 5);
}

TEST(Wakeup, ANotificationEndsTheWait) {
  Wakeup wakeup;
  const auto ready = [&] {
    wakeup.notify_if_waiting();
    EXPECT_FALSE(wakeup.has_waiter());
    return true;
  };
  EXPECT_TRUE(wakeup.wait_until(ready, in_time()));
}

TEST(Wakeup, HasNoWaiterAfterAWait) {
  Wakeup wakeup;
  EXPECT_FALSE(wakeup.has_waiter());
  EXPECT_TRUE(wakeup.wait_until([] { return true; }, in_time()));
  EXPECT_FALSE(wakeup.has_waiter());
  EXPECT_FALSE(wakeup.wait_until([] { return false; },
                                 steady_clock::now() + milliseconds(5)));
  EXPECT_FALSE(wakeup.has_waiter());
}

TEST(Wakeup, ANotifiedWaiterWakesAndIsNoWaiterAnyMore) {
  Wakeup wakeup;
  std::atomic<bool> come = false;
  std::thread waiter(
      [&] { wakeup.wait_until([&] { return come.load(); }, in_time()); });
  while (!wakeup.has_waiter()) std::this_thread::sleep_for(milliseconds(1));
  come = true;
  wakeup.notify_if_waiting();
  waiter.join();
  EXPECT_FALSE(wakeup.has_waiter());
}

TEST(Wakeup, ANotificationThatNobodyWaitsForIsNotKept) {
  Wakeup wakeup;
  for (int i = 0; i < 1000; ++i) wakeup.notify_if_waiting();
  int looks = 0;
  const auto ready = [&] {
    ++looks;
    return false;
  };
  EXPECT_FALSE(
      wakeup.wait_until(ready, steady_clock::now() + milliseconds(20)));
  EXPECT_LT(looks, 100);
}

}  // namespace
}  // namespace pi_ring
