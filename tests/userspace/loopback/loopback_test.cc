// The tests of a link, run on sound links and on damaged ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/userspace/link/device_pair.h"
#include "userspace/link/driver_statistics.h"
#include "userspace/loopback/pattern.h"
#include "userspace/loopback/round_trips.h"
#include "userspace/loopback/stream_test.h"
#include "userspace/loopback/thread_group.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

constexpr std::chrono::milliseconds kPatience{60000};
constexpr uint64_t kBytes = (3U << 20) + 12345;

void look_nowhere() {}

// A link that damages what it receives.
class Damaged : public Link {
 public:
  Damaged(Link& link, uint64_t flipped, uint64_t lost)
      : link_(link), flipped_(flipped), lost_(lost) {}

  void send(std::span<const std::byte> bytes, Deadline deadline) override {
    link_.send(bytes, deadline);
  }
  void receive(std::span<std::byte> bytes, Deadline deadline) override {
    for (std::byte& byte : bytes) {
      if (received_++ == lost_) link_.receive({&byte, 1}, deadline);
      link_.receive({&byte, 1}, deadline);
      if (received_ == flipped_ + 1) byte ^= std::byte{1};
    }
  }
  void close() override { link_.close(); }
  uint64_t bytes_sent() const override { return link_.bytes_sent(); }
  uint64_t bytes_received() const override { return received_; }

 private:
  Link& link_;
  uint64_t flipped_;
  uint64_t lost_;
  uint64_t received_ = 0;
};

constexpr uint64_t kNever = ~0ULL;

Route both_ways(DevicePair& pair) {
  Route route{.hops = {}, .patience = kPatience};
  route.hops.push_back({"down", *pair.a, *pair.b});
  route.hops.push_back({"up", *pair.b, *pair.a});
  return route;
}

std::string what_is_wrong(Link& from, Link& to,
                          std::chrono::milliseconds patience) {
  Route route{.hops = {}, .patience = patience};
  route.hops.push_back({"down", from, to});
  StreamTest test(route, 100000, 1);
  try {
    test.run(look_nowhere);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(Loopback, BytesGoBothWaysAtOnceAndAreAllChecked) {
  DevicePair pair;
  const Route route = both_ways(pair);
  StreamTest test(route, kBytes, 1);
  test.run(look_nowhere);
  for (const HopFigures& hop : test.figures()) {
    EXPECT_EQ(hop.checked, kBytes);
    EXPECT_GT(hop.seconds, 0.0);
  }
  EXPECT_EQ(pair.a->bytes_sent(), kBytes);
}

TEST(Loopback, AFlippedBitIsReportedWithItsPosition) {
  DevicePair pair;
  Damaged damaged(*pair.b, 70000, kNever);
  EXPECT_THAT(what_is_wrong(*pair.a, damaged, kPatience),
              HasSubstr("down: byte 70000 is 0x"));
}

TEST(Loopback, ALostByteIsFound) {
  DevicePair pair;
  Damaged damaged(*pair.b, kNever, 70000);
  EXPECT_THAT(what_is_wrong(*pair.a, damaged, kPatience),
              HasSubstr("down: byte 7000"));
}

TEST(Loopback, ALinkThatCarriesNothingIsAnError) {
  DevicePair pair;
  DevicePair other;
  // Either end may time out first, as the socket's buffer is small.
  EXPECT_THAT(what_is_wrong(*pair.a, *other.b, std::chrono::milliseconds(50)),
              testing::AnyOf(HasSubstr("no bytes come"),
                             HasSubstr("does not take bytes")));
}

TEST(Loopback, RoundTripsAreCountedAndSorted) {
  DevicePair pair;
  const Route route = both_ways(pair);
  const auto trips = time_round_trips(route, 50, look_nowhere);
  EXPECT_EQ(trips.size(), 50U);
  EXPECT_TRUE(std::ranges::is_sorted(trips));
  EXPECT_EQ(pair.b->bytes_received(), 50U);
}

TEST(Loopback, ThePatternHasEveryValueAndDiffersBySeed) {
  std::vector<std::byte> one(4096);
  std::vector<std::byte> two(4096);
  fill_pattern(1, 0, one);
  fill_pattern(2, 0, two);
  for (size_t value = 0; value < 256; ++value) {
    EXPECT_EQ(one[value], std::byte(value));
  }
  EXPECT_NE(one, two);
  fill_pattern(1, 1000, std::span(two).first(96));
  EXPECT_TRUE(std::equal(two.begin(), two.begin() + 96, one.begin() + 1000));
}

TEST(Loopback, AnExceptionOfLookStopsTheThreads) {
  DevicePair pair;
  ThreadGroup threads([&pair] { pair.a->close(); });
  threads.start([&pair] {
    std::byte byte{};
    pair.a->receive({&byte, 1}, kForever);
  });
  EXPECT_THROW(threads.finish([] { throw std::invalid_argument("seen"); }),
               std::invalid_argument);
}

TEST(Loopback, AFileThatIsNoDeviceHasNoStatistics) {
  EXPECT_TRUE(read_driver_statistics("/dev/null").empty());
  EXPECT_EQ(since({{"frames", 3}}, {{"frames", 5}, {"repeats", 1}}),
            (DriverStatistics{{"frames", 2}, {"repeats", 1}}));
}

}  // namespace
}  // namespace pi_ring
