// The protocol in this process, over ten simulated wires between two threads.
#include "userspace/link/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace pi_ring {
namespace {

using testing::HasSubstr;

// A clock that advances only as fast as the slower of two running ends looks at
// it. So an end whose thread gets no processor misses no deadline, and no test
// depends on how busy the machine is.
class SharedClock {
 public:
  void start(size_t end) {
    const std::lock_guard lock(mutex_);
    looks_[end] = slowest();
    running_[end] = true;
  }
  void stop(size_t end) {
    const std::lock_guard lock(mutex_);
    stopped_at_ = slowest();
    running_[end] = false;
  }
  std::chrono::nanoseconds look(size_t end) {
    const std::lock_guard lock(mutex_);
    looks_[end] = std::min(looks_[end] + 1, slowest() + kMostAhead);
    return kTick * slowest();
  }

 private:
  static constexpr std::chrono::nanoseconds kTick{100'000};
  static constexpr int64_t kMostAhead = 100;  // ticks

  int64_t slowest() const {
    if (running_[0] && running_[1]) return std::min(looks_[0], looks_[1]);
    if (running_[0] || running_[1]) return looks_[running_[0] ? 0 : 1];
    return stopped_at_;
  }

  std::mutex mutex_;
  std::array<int64_t, 2> looks_{};
  std::array<bool, 2> running_{};
  int64_t stopped_at_ = 0;
};

// What two banks drive; each end sees what the other does.
class Wires {
 public:
  SharedClock clock;
  std::atomic<int> fights = 0;
  std::atomic<bool> unplugged = false;

  uint32_t sample(size_t end) {
    const std::lock_guard lock(mutex_);
    const int own = data_[end];
    const int data = own >= 0 ? own : data_[1 - end];
    return (strobe_[1 - end] ? 0x100U : 0U) |
           static_cast<uint32_t>(std::max(data, 0));
  }
  void strobe(size_t end, bool high) {
    const std::lock_guard lock(mutex_);
    strobe_[end] = high;
    note_move(end);
  }
  void put(size_t end, int data) {
    const std::lock_guard lock(mutex_);
    if (data_[end] < 0 && data_[1 - end] >= 0) ++fights;
    data_[end] = data;
    note_move(end);
  }
  void release(size_t end) {
    const std::lock_guard lock(mutex_);
    data_[end] = -1;
    note_move(end);
  }

  // Sleeps until the other end makes a move, but not for long. On a busy
  // machine an end that spins would cost the other a time slice a move.
  void await_move(size_t end) {
    std::unique_lock lock(mutex_);
    moved_.wait_for(lock, std::chrono::microseconds(200),
                    [&] { return moves_[1 - end] != seen_[end]; });
    seen_[end] = moves_[1 - end];
  }

 private:
  void note_move(size_t end) {
    ++moves_[end];
    moved_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable moved_;
  std::array<bool, 2> strobe_{};
  std::array<int, 2> data_{-1, -1};  // negative: released
  std::array<uint64_t, 2> moves_{};
  std::array<uint64_t, 2> seen_{};  // of the other end's moves
};

class WireLines : public LinkLines {
 public:
  WireLines(Wires& wires, size_t end) : wires_(wires), end_(end) {
    wires_.clock.start(end_);
  }
  ~WireLines() override { wires_.clock.stop(end_); }
  WireLines(const WireLines&) = delete;
  WireLines& operator=(const WireLines&) = delete;

  uint32_t sample() override {
    if (wires_.unplugged) throw std::runtime_error("the chip is gone");
    return wires_.sample(end_);
  }
  void put(uint8_t data) override { wires_.put(end_, data); }
  void strobe(bool high) override { wires_.strobe(end_, high); }
  void take(uint8_t data) override { wires_.put(end_, data); }
  void release() override { wires_.release(end_); }
  std::chrono::nanoseconds now() const override {
    wires_.await_move(end_);
    return wires_.clock.look(end_);
  }

 private:
  Wires& wires_;
  size_t end_;
};

class Protocol : public testing::Test {
 protected:
  ~Protocol() override { EXPECT_EQ(wires_.fights, 0); }

  std::unique_ptr<ProtocolLink> link(size_t end) {
    return std::make_unique<ProtocolLink>(
        std::make_unique<WireLines>(wires_, end),
        end == 0 ? BankRole::kDownstream : BankRole::kUpstream,
        end == 0 ? "down" : "up");
  }

  static std::vector<std::byte> pattern(size_t size, int seed) {
    std::vector<std::byte> bytes(size);
    for (size_t i = 0; i < size; ++i) {
      bytes[i] = std::byte(i * 7 + i / 256 + static_cast<size_t>(seed));
    }
    return bytes;
  }

  Wires wires_;
};

TEST_F(Protocol, BytesGoBothWaysAtOnce) {
  const auto down = link(0);
  const auto up = link(1);
  const auto there = pattern(12000, 1);
  const auto back = pattern(5000, 2);
  std::vector<std::byte> got_there(there.size());
  std::vector<std::byte> got_back(back.size());
  std::thread sender([&] { down->send(there, kForever); });
  std::thread answerer([&] { up->send(back, kForever); });
  std::thread receiver([&] { down->receive(got_back, kForever); });
  up->receive(got_there, kForever);
  sender.join();
  answerer.join();
  receiver.join();
  EXPECT_EQ(got_there, there);
  EXPECT_EQ(got_back, back);
  EXPECT_EQ(down->bytes_sent(), there.size());
  EXPECT_EQ(down->bytes_received(), back.size());
}

TEST_F(Protocol, ANeighbourThatRestartsIsOneErrorEachWay) {
  const auto down = link(0);
  auto up = link(1);
  std::byte byte{42};
  down->send({&byte, 1}, kForever);
  up->receive({&byte, 1}, kForever);
  up.reset();
  up = link(1);
  const auto kind_of = [](const auto& act) {
    try {
      act();
    } catch (const LinkError& error) {
      return error.kind();
    }
    return LinkError::Kind::kTimeout;
  };
  EXPECT_EQ(kind_of([&] {
              down->receive({&byte, 1}, kForever);
            }),
            LinkError::Kind::kBroken);
  EXPECT_EQ(kind_of([&] {
              down->send({&byte, 1}, kForever);
            }),
            LinkError::Kind::kBroken);
  down->send({&byte, 1}, kForever);
  up->receive({&byte, 1}, kForever);
  EXPECT_EQ(byte, std::byte{42});
}

TEST_F(Protocol, TheDestructorWaitsUntilTheNeighbourHasTheLastByte) {
  auto down = link(0);
  const auto up = link(1);
  std::byte byte{1};
  up->send({&byte, 1}, kForever);
  down->receive({&byte, 1}, kForever);
  down->send({&byte, 1}, kForever);
  down.reset();
  EXPECT_EQ(up->receive_some({&byte, 1}, kForever), 1U);
}

TEST_F(Protocol, WithoutANeighbourReceiveTimesOut) {
  const auto down = link(0);
  std::byte byte{};
  EXPECT_THROW(down->receive({&byte, 1}, std::chrono::steady_clock::now()),
               LinkError);
}

TEST_F(Protocol, CloseEndsAWait) {
  const auto down = link(0);
  std::thread closer([&] { down->close(); });
  std::byte byte{};
  EXPECT_THROW(down->receive({&byte, 1}, kForever), LinkError);
  closer.join();
}

TEST_F(Protocol, AnExceptionOfTheLinesEndsTheLink) {
  const auto down = link(0);
  wires_.unplugged = true;
  std::byte byte{};
  try {
    down->receive({&byte, 1}, kForever);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the chip is gone"));
  }
}

}  // namespace
}  // namespace pi_ring
