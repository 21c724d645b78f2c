// What every kind of link has to do, for all kinds that work in one process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "tests/userspace/bytes.h"
#include "tests/userspace/deadlines.h"
#include "userspace/link/link.h"
#include "userspace/link/memory.h"
#include "userspace/link/shm.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kCapacity = 256;

// The two ends of a link, and what has to outlive them.
struct Ends {
  std::unique_ptr<ShmLinks> segment;
  std::unique_ptr<Link> a;
  std::unique_ptr<Link> b;
};

struct Transport {
  std::string name;
  std::function<Ends()> make;
};

Ends make_memory_ends() {
  Ends ends;
  std::tie(ends.a, ends.b) = make_memory_link(kCapacity);
  return ends;
}

Ends make_shm_ends() {
  Ends ends;
  ends.segment = std::make_unique<ShmLinks>(1, kCapacity);
  ends.a = ends.segment->downstream_end(0);
  ends.b = ends.segment->upstream_end(0);
  return ends;
}

Bytes random_bytes(size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (std::byte& byte : bytes) byte = std::byte(random());
  return bytes;
}

Bytes receive_bytes(Link& link, size_t size) {
  Bytes bytes(size);
  link.receive(bytes, in_time());
  return bytes;
}

// Returns how a call failed; nothing where it did not.
std::optional<LinkError::Kind> failure(const std::function<void()>& call) {
  try {
    call();
  } catch (const LinkError& error) {
    return error.kind();
  }
  return std::nullopt;
}

using testing::Optional;
constexpr auto kClosed = LinkError::Kind::kClosed;
constexpr auto kTimeout = LinkError::Kind::kTimeout;

class LinkContract : public testing::TestWithParam<Transport> {
 protected:
  Ends ends_ = GetParam().make();
  Link& a_ = *ends_.a;
  Link& b_ = *ends_.b;
};

TEST_P(LinkContract, BytesOfEverySizeArriveInOrder) {
  for (size_t size : {1u, 2u, 3u, 7u, 100u, 255u, 256u, 257u, 512u, 1000u,
                      4096u, 65537u, 1u << 20}) {
    const Bytes sent = random_bytes(size, static_cast<unsigned>(size));
    std::thread sender([&] { a_.send(sent, in_time()); });
    const Bytes received = receive_bytes(b_, size);
    sender.join();
    EXPECT_TRUE(received == sent) << size << " bytes";
  }
}

TEST_P(LinkContract, EverySizeUpToTwiceTheCapacityArrivesAtEveryOffset) {
  for (size_t size = 1; size <= 2 * kCapacity; ++size) {
    const Bytes sent = random_bytes(size, static_cast<unsigned>(size));
    std::thread sender([&] { b_.send(sent, in_time()); });
    EXPECT_TRUE(receive_bytes(a_, size) == sent) << size << " bytes";
    sender.join();
  }
}

TEST_P(LinkContract, BothDirectionsCarryAtOnce) {
  const Bytes down = random_bytes(100'000, 1);
  const Bytes up = random_bytes(100'000, 2);
  std::thread down_sender([&] { a_.send(down, in_time()); });
  std::thread up_sender([&] { b_.send(up, in_time()); });
  Bytes got_up;
  std::thread up_receiver([&] { got_up = receive_bytes(a_, up.size()); });
  const Bytes got_down = receive_bytes(b_, down.size());
  down_sender.join();
  up_sender.join();
  up_receiver.join();
  EXPECT_TRUE(got_down == down);
  EXPECT_TRUE(got_up == up);
}

TEST_P(LinkContract, ManySmallSendsAreReceivedAsOneStream) {
  const Bytes sent = random_bytes(200, 3);
  for (const std::byte& byte : sent) a_.send({&byte, 1}, in_time());
  EXPECT_EQ(receive_bytes(b_, 150), Bytes(sent.begin(), sent.begin() + 150));
  EXPECT_EQ(receive_bytes(b_, 50), Bytes(sent.begin() + 150, sent.end()));
}

TEST_P(LinkContract, ASendThatFitsDoesNotWaitForTheReceiver) {
  const Bytes sent = random_bytes(kCapacity, 4);
  a_.send(sent, soon());
  EXPECT_EQ(receive_bytes(b_, kCapacity), sent);
}

TEST_P(LinkContract, AReceiveTimesOutAfterItsDeadlineAndNotBefore) {
  const Deadline deadline = soon();
  Bytes bytes(1);
  EXPECT_THAT(failure([&] { b_.receive(bytes, deadline); }),
              Optional(kTimeout));
  EXPECT_GE(steady_clock::now(), deadline);
  EXPECT_LT(steady_clock::now(), deadline + std::chrono::seconds(30));
}

TEST_P(LinkContract, ASendThatDoesNotFitTimesOutAfterItsDeadline) {
  const Deadline deadline = soon();
  EXPECT_THAT(failure([&] { a_.send(Bytes(kCapacity + 1), deadline); }),
              Optional(kTimeout));
  EXPECT_GE(steady_clock::now(), deadline);
  EXPECT_LT(steady_clock::now(), deadline + std::chrono::seconds(30));
}

TEST_P(LinkContract, ADeadlineLongerThanASecondIsKept) {
  const Deadline deadline = steady_clock::now() + milliseconds(1200);
  Bytes bytes(1);
  EXPECT_THAT(failure([&] { b_.receive(bytes, deadline); }),
              Optional(kTimeout));
  EXPECT_GE(steady_clock::now(), deadline);
}

TEST_P(LinkContract, AfterItsDeadlineAReceiveStillTakesWhatIsThere) {
  const Deadline past = steady_clock::now() - std::chrono::hours(1);
  const Bytes sent = random_bytes(10, 5);
  a_.send(sent, past);
  Bytes received(10);
  b_.receive(received, past);
  EXPECT_EQ(received, sent);
  EXPECT_THAT(failure([&] { b_.receive(received, past); }), Optional(kTimeout));
}

TEST_P(LinkContract, ATimeoutOfOneDirectionLeavesTheOtherAlone) {
  Bytes bytes(1);
  EXPECT_THAT(failure([&] { a_.receive(bytes, soon()); }), Optional(kTimeout));
  const Bytes sent = random_bytes(9, 6);
  a_.send(sent, in_time());
  EXPECT_EQ(receive_bytes(b_, 9), sent);
}

TEST_P(LinkContract, AWaitForeverEndsWhenBytesCome) {
  const Bytes sent = random_bytes(5, 7);
  Bytes received(5);
  std::thread receiver([&] { b_.receive(received, kForever); });
  // More than a second, which is one slice of a wait.
  std::this_thread::sleep_for(milliseconds(1100));
  a_.send(sent, kForever);
  receiver.join();
  EXPECT_EQ(received, sent);
}

TEST_P(LinkContract, CloseWakesAWaitingReceiver) {
  for (Link* closer : {&a_, &b_}) {
    Ends ends = GetParam().make();
    Link& close_at = closer == &a_ ? *ends.a : *ends.b;
    std::optional<LinkError::Kind> how;
    std::thread receiver([&] {
      Bytes bytes(1);
      how = failure([&] { ends.b->receive(bytes, kForever); });
    });
    std::this_thread::sleep_for(milliseconds(30));
    close_at.close();
    receiver.join();
    EXPECT_THAT(how, Optional(kClosed));
  }
}

TEST_P(LinkContract, CloseWakesAWaitingSender) {
  for (Link* closer : {&a_, &b_}) {
    Ends ends = GetParam().make();
    Link& close_at = closer == &a_ ? *ends.a : *ends.b;
    std::optional<LinkError::Kind> how;
    std::thread sender([&] {
      how = failure([&] { ends.a->send(Bytes(kCapacity * 3), kForever); });
    });
    std::this_thread::sleep_for(milliseconds(30));
    close_at.close();
    sender.join();
    EXPECT_THAT(how, Optional(kClosed));
  }
}

TEST_P(LinkContract, ACloseThatRacesAWaitIsNeverMissed) {
  for (int round = 0; round < 300; ++round) {
    Ends ends = GetParam().make();
    std::optional<LinkError::Kind> how;
    std::thread receiver([&] {
      Bytes bytes(1);
      how = failure([&] { ends.b->receive(bytes, kForever); });
    });
    ends.a->close();
    receiver.join();
    ASSERT_THAT(how, Optional(kClosed));
  }
}

TEST_P(LinkContract, WhatWasSentBeforeACloseIsStillReceived) {
  const Bytes sent = random_bytes(100, 8);
  a_.send(sent, in_time());
  a_.close();
  EXPECT_EQ(receive_bytes(b_, 60), Bytes(sent.begin(), sent.begin() + 60));
  EXPECT_EQ(receive_bytes(b_, 40), Bytes(sent.begin() + 60, sent.end()));
  Bytes more(1);
  EXPECT_THAT(failure([&] { b_.receive(more, in_time()); }), Optional(kClosed));
}

TEST_P(LinkContract, AReceiveOfMoreThanWasSentBeforeACloseThrowsClosed) {
  a_.send(random_bytes(10, 9), in_time());
  a_.close();
  Bytes bytes(11);
  EXPECT_THAT(failure([&] { b_.receive(bytes, in_time()); }),
              Optional(kClosed));
}

TEST_P(LinkContract, ASendAfterACloseThrowsClosedAtBothEnds) {
  a_.close();
  EXPECT_THAT(failure([&] { a_.send(Bytes(1), in_time()); }),
              Optional(kClosed));
  EXPECT_THAT(failure([&] { b_.send(Bytes(1), in_time()); }),
              Optional(kClosed));
}

TEST_P(LinkContract, AnEndThatIsDestroyedClosesTheLink) {
  a_.send(random_bytes(3, 10), in_time());
  ends_.a.reset();
  EXPECT_EQ(receive_bytes(b_, 3), random_bytes(3, 10));
  EXPECT_THAT(failure([&] { b_.send(Bytes(1), in_time()); }),
              Optional(kClosed));
}

TEST_P(LinkContract, ClosingTwiceIsClosingOnce) {
  a_.close();
  a_.close();
  b_.close();
  Bytes bytes(1);
  EXPECT_THAT(failure([&] { b_.receive(bytes, in_time()); }),
              Optional(kClosed));
}

TEST_P(LinkContract, NothingIsSentAndReceivedWithoutWaiting) {
  const Deadline past = steady_clock::now() - milliseconds(1);
  a_.send({}, past);
  b_.receive({}, past);
  EXPECT_EQ(a_.bytes_sent(), 0u);
  EXPECT_EQ(b_.bytes_received(), 0u);
}

TEST_P(LinkContract, CountersCountTheBytesOfEachDirection) {
  a_.send(Bytes(100), in_time());
  EXPECT_EQ(a_.bytes_sent(), 100u);
  EXPECT_EQ(b_.bytes_received(), 0u);
  receive_bytes(b_, 30);
  b_.send(Bytes(7), in_time());
  receive_bytes(a_, 7);
  EXPECT_EQ(a_.bytes_sent(), 100u);
  EXPECT_EQ(b_.bytes_received(), 30u);
  EXPECT_EQ(b_.bytes_sent(), 7u);
  EXPECT_EQ(a_.bytes_received(), 7u);
}

// Sends random pieces and receives other random pieces, with pauses, so that
// the queue is full at times and empty at times.
void send_in_pieces(Link& link, const Bytes& bytes, unsigned seed) {
  std::mt19937 random(seed);
  for (size_t at = 0; at < bytes.size();) {
    const size_t most = 1 + random() % (3 * kCapacity);
    const size_t size = std::min(most, bytes.size() - at);
    link.send(std::span(bytes).subspan(at, size), in_time());
    at += size;
    if (random() % 64 == 0) std::this_thread::sleep_for(milliseconds(1));
  }
}

Bytes receive_in_pieces(Link& link, size_t total, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(total);
  for (size_t at = 0; at < total;) {
    const size_t most = 1 + random() % (3 * kCapacity);
    const size_t size = std::min(most, total - at);
    link.receive(std::span(bytes).subspan(at, size), in_time());
    at += size;
    if (random() % 64 == 0) std::this_thread::sleep_for(milliseconds(1));
  }
  return bytes;
}

TEST_P(LinkContract, RandomPiecesBothWaysArriveCompleteForEverySeed) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const Bytes down = random_bytes(100'000, seed);
    const Bytes up = random_bytes(100'000, seed + 100);
    std::thread down_sender([&] { send_in_pieces(a_, down, seed + 200); });
    std::thread up_sender([&] { send_in_pieces(b_, up, seed + 300); });
    Bytes got_up;
    std::thread up_receiver(
        [&] { got_up = receive_in_pieces(a_, up.size(), seed + 400); });
    const Bytes got_down = receive_in_pieces(b_, down.size(), seed + 500);
    down_sender.join();
    up_sender.join();
    up_receiver.join();
    ASSERT_TRUE(got_down == down);
    ASSERT_TRUE(got_up == up);
  }
}

TEST_P(LinkContract, ThousandsOfTurnaroundsArriveComplete) {
  constexpr int kTurns = 5000;
  std::thread echo([&] {
    for (int turn = 0; turn < kTurns; ++turn) {
      b_.send(receive_bytes(b_, 64), in_time());
    }
  });
  for (int turn = 0; turn < kTurns; ++turn) {
    const Bytes sent(64, std::byte(turn));
    a_.send(sent, in_time());
    ASSERT_EQ(receive_bytes(a_, 64), sent) << "turn " << turn;
  }
  echo.join();
}

INSTANTIATE_TEST_SUITE_P(
    Transports, LinkContract,
    testing::Values(Transport{"Memory", make_memory_ends},
                    Transport{"SharedMemory", make_shm_ends}),
    [](const auto& transport) { return transport.param.name; });

}  // namespace
}  // namespace pi_ring
