// Messages between threads that stand for ranks, over links that hold little.
#include "userspace/ring/train/message_queues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "userspace/link/memory.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatient = std::chrono::minutes(1);

// A ring of ranks' queues in this process.
class QueueRing {
 public:
  QueueRing(int ranks, size_t capacity, milliseconds patience = kPatient) {
    for (int i = 0; i < ranks; ++i) {
      auto [down, up] = make_memory_link(capacity);
      down_.push_back(std::move(down));
      up_.push_back(std::move(up));
    }
    for (int i = 0; i < ranks; ++i) {
      const int above = (i + ranks - 1) % ranks;
      queues_.push_back(std::make_unique<MessageQueues>(
          *up_[static_cast<size_t>(above)], *down_[static_cast<size_t>(i)],
          std::array{"rank " + std::to_string(above),
                     "rank " + std::to_string((i + 1) % ranks)},
          patience));
    }
  }
  ~QueueRing() { close(); }

  void close() {
    for (const auto& link : down_) link->close();
  }
  MessageQueues& queues(int rank) {
    return *queues_[static_cast<size_t>(rank)];
  }
  Link& down(int rank) { return *down_[static_cast<size_t>(rank)]; }

 private:
  std::vector<std::unique_ptr<Link>> down_;
  std::vector<std::unique_ptr<Link>> up_;
  std::vector<std::unique_ptr<MessageQueues>> queues_;
};

Message message_of(MessageQueues& queues, uint32_t number,
                   uint32_t width = 1000) {
  Message message = queues.blank(Kind::kActivations, 1, width, RowFormat::kF32);
  message.header.position = number;
  for (uint32_t i = 0; i < width; ++i) {
    message.floats.data()[i] = static_cast<float>(number + i);
  }
  return message;
}

void expect_message(const Message& message, uint32_t number) {
  ASSERT_EQ(message.header.position, number);
  for (uint32_t i = 0; i < message.header.width; ++i) {
    ASSERT_EQ(message.floats.data()[i], static_cast<float>(number + i));
  }
}

std::string trouble_of(MessageQueues& queues, Side side) {
  try {
    queues.receive(side);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(MessageQueuesTest,
     MessagesArriveInOrderBothWaysOverALinkThatHoldsOneByte) {
  QueueRing ring(2, 1);
  for (uint32_t i = 0; i < 20; ++i) {
    ring.queues(0).send(Side::kDownstream, message_of(ring.queues(0), i));
    ring.queues(1).send(Side::kUpstream, message_of(ring.queues(1), 100 + i));
  }
  for (uint32_t i = 0; i < 20; ++i) {
    expect_message(ring.queues(1).receive(Side::kUpstream), i);
    expect_message(ring.queues(0).receive(Side::kDownstream), 100 + i);
  }
}

TEST(MessageQueuesTest, ARingThatSendsAllBeforeItReceivesDoesNotDeadlock) {
  constexpr int kRanks = 5;
  constexpr uint32_t kMessages = 30;
  QueueRing ring(kRanks, 16);
  std::vector<std::thread> ranks;
  ranks.reserve(kRanks);
  for (int rank = 0; rank < kRanks; ++rank) {
    ranks.emplace_back([&queues = ring.queues(rank)] {
      for (uint32_t i = 0; i < kMessages; ++i) {
        queues.send(Side::kDownstream, message_of(queues, i));
        queues.send(Side::kUpstream, message_of(queues, i));
      }
      for (const Side side : {Side::kUpstream, Side::kDownstream}) {
        for (uint32_t i = 0; i < kMessages; ++i) {
          Message message = queues.receive(side);
          expect_message(message, i);
          queues.recycle(std::move(message));
        }
      }
    });
  }
  for (std::thread& rank : ranks) rank.join();
}

TEST(MessageQueuesTest, AMessageWithoutAPayloadArrives) {
  QueueRing ring(2, 64);
  ring.queues(0).send(
      Side::kDownstream,
      ring.queues(0).blank(Kind::kStep, 0, 0, RowFormat::kBytes));
  EXPECT_EQ(ring.queues(1).receive(Side::kUpstream).header.kind, Kind::kStep);
}

TEST(MessageQueuesTest, ARecycledPayloadIsUsedAgain) {
  QueueRing ring(2, 64);
  MessageQueues& queues = ring.queues(0);
  Message message = message_of(queues, 1);
  const float* payload = message.floats.data();
  queues.recycle(std::move(message));
  EXPECT_NE(
      queues.blank(Kind::kActivations, 1, 7, RowFormat::kF32).floats.data(),
      payload);
  EXPECT_EQ(
      queues.blank(Kind::kActivations, 1, 1000, RowFormat::kF32).floats.data(),
      payload);
}

TEST(MessageQueuesTest, TheErrorOfARankReachesAll) {
  constexpr int kRanks = 4;
  QueueRing ring(kRanks, 16);
  // More messages than anybody will receive, queued before the error.
  for (uint32_t i = 0; i < 10; ++i) {
    ring.queues(0).send(Side::kDownstream, message_of(ring.queues(0), i));
  }
  ring.queues(1).send_error("rank 1: no weights");
  for (const int rank : {0, 2, 3}) {
    EXPECT_EQ(trouble_of(ring.queues(rank), Side::kUpstream),
              "rank 1: no weights");
  }
}

TEST(MessageQueuesTest, ACloseIsReportedAfterTheMessagesBeforeIt) {
  QueueRing ring(2, 1 << 16);
  ring.queues(0).send(Side::kDownstream, message_of(ring.queues(0), 1, 10));
  expect_message(ring.queues(1).receive(Side::kUpstream), 1);
  ring.close();
  EXPECT_THAT(trouble_of(ring.queues(1), Side::kUpstream),
              testing::HasSubstr("closed"));
}

TEST(MessageQueuesTest, ASilentNeighbourIsNamed) {
  auto [down, up] = make_memory_link(64);
  auto [other_down, other_up] = make_memory_link(64);
  MessageQueues queues(*up, *other_down, {"rank 4", "rank 0"},
                       milliseconds(80));
  EXPECT_THAT(trouble_of(queues, Side::kUpstream),
              testing::MatchesRegex("rank [40] has not answered for 0\\.1 s"));
  down->close();
  other_up->close();
}

TEST(MessageQueuesTest, ANeighbourThatSendsOnlyHeartbeatsIsNotGivenUp) {
  // So short that it passes several times during the sleep below.
  QueueRing ring(2, 64, milliseconds(400));
  std::this_thread::sleep_for(milliseconds(1500));
  ring.queues(0).send(Side::kDownstream, message_of(ring.queues(0), 1, 10));
  expect_message(ring.queues(1).receive(Side::kUpstream), 1);
}

TEST(MessageQueuesTest, BytesThatAreNoMessageAreAnError) {
  auto [down, up] = make_memory_link(1 << 16);
  auto [other_down, other_up] = make_memory_link(1 << 16);
  MessageQueues queues(*up, *other_down, {"rank 4", "rank 0"}, kPatient);
  const std::vector<std::byte> noise(kHeaderBytes, std::byte{7});
  down->send(noise, kForever);
  EXPECT_THAT(trouble_of(queues, Side::kUpstream),
              testing::HasSubstr("no message"));
  down->close();
  other_up->close();
}

}  // namespace
}  // namespace pi_ring
