#include "userspace/ring/message/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "tests/userspace/deadlines.h"
#include "userspace/link/memory.h"

namespace pi_ring {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::ThrowsMessage;

class MessageTest : public testing::Test {
 protected:
  static Header forward_header() {
    return {.kind = Kind::kForward,
            .format = RowFormat::kF32,
            .stream = 1,
            .position = 0x01020304,
            .rows = 2,
            .width = 3,
            .sequence = 77};
  }

  // The bytes of a message without its payload.
  std::array<std::byte, kHeaderBytes> header_bytes() {
    const std::array<float, 6> payload{};
    send_message(*down_, forward_header(), std::as_bytes(std::span(payload)),
                 in_time());
    std::array<std::byte, kHeaderBytes> bytes{};
    up_->receive(bytes, in_time());
    std::array<std::byte, sizeof(payload)> rest{};
    up_->receive(rest, in_time());
    return bytes;
  }

  Header receive(std::span<const std::byte> bytes) {
    down_->send(bytes, in_time());
    return receive_header(*up_, in_time());
  }

  std::unique_ptr<Link> down_;
  std::unique_ptr<Link> up_;

  MessageTest() { std::tie(down_, up_) = make_memory_link(4096); }
};

TEST_F(MessageTest, ArrivesAsItWasSent) {
  const std::array<float, 6> payload = {1, 2, 3, 4, 5, 6};
  const auto bytes = std::as_bytes(std::span(payload));
  send_message(*down_, forward_header(), bytes, in_time());
  const Header header = receive_header(*up_, in_time());
  EXPECT_EQ(header.kind, Kind::kForward);
  EXPECT_EQ(header.format, RowFormat::kF32);
  EXPECT_EQ(header.stream, 1U);
  EXPECT_EQ(header.position, 0x01020304U);
  EXPECT_EQ(header.rows, 2U);
  EXPECT_EQ(header.width, 3U);
  EXPECT_EQ(header.sequence, 77U);
  EXPECT_EQ(header.payload, sizeof(payload));
  EXPECT_THAT(receive_payload(*up_, header, in_time()),
              ElementsAreArray(bytes));
}

TEST_F(MessageTest, PackedRowsHaveTheLengthOfTheirFormat) {
  const Header header = {
      .kind = Kind::kForward, .format = RowFormat::kQ8, .rows = 2, .width = 33};
  const std::vector<std::byte> rows(2 * (33 + 2 * 2));
  send_message(*down_, header, rows, in_time());
  const Header received = receive_header(*up_, in_time());
  EXPECT_EQ(received.payload, rows.size());
  receive_payload(*up_, received, in_time());
  send_message(*down_, header, std::span(rows).first(2 * 33), in_time());
  EXPECT_THAT([&] { receive_header(*up_, in_time()); },
              ThrowsMessage<RingError>(HasSubstr("contradicts")));
}

TEST_F(MessageTest, NumbersTravelLeastByteFirst) {
  const auto bytes = header_bytes();
  EXPECT_EQ(bytes[0], std::byte{'P'});
  EXPECT_EQ(bytes[12], std::byte{4}) << "the position's lowest byte";
  EXPECT_EQ(bytes[15], std::byte{1}) << "the position's highest byte";
}

TEST_F(MessageTest, NoiseIsRefused) {
  auto bytes = header_bytes();
  bytes[0] = std::byte{'Q'};
  EXPECT_THAT([&] { receive(bytes); },
              ThrowsMessage<RingError>(HasSubstr("no message")));
}

TEST_F(MessageTest, AnotherVersionIsNamed) {
  auto bytes = header_bytes();
  bytes[4] = std::byte{9};
  EXPECT_THAT([&] { receive(bytes); },
              ThrowsMessage<RingError>(HasSubstr("version 9")));
}

TEST_F(MessageTest, AnUnknownKindIsRefused) {
  auto bytes = header_bytes();
  bytes[6] = std::byte{200};
  EXPECT_THAT([&] { receive(bytes); },
              ThrowsMessage<RingError>(HasSubstr("kind")));
}

TEST_F(MessageTest, ALengthThatContradictsTheShapeIsRefused) {
  auto bytes = header_bytes();
  bytes[28] = std::byte{25};
  EXPECT_THAT([&] { receive(bytes); },
              ThrowsMessage<RingError>(HasSubstr("contradicts")));
}

TEST_F(MessageTest, AShapeThatOverflowsIsRefused) {
  auto bytes = header_bytes();
  for (size_t i = 16; i < 24; ++i) {
    bytes[i] = std::byte{0xFF};  // rows and width
  }
  EXPECT_THAT([&] { receive(bytes); },
              ThrowsMessage<RingError>(HasSubstr("contradicts")));
}

TEST_F(MessageTest, ADamagedHeaderIsRefusedOrWithinLimits) {
  const auto good = header_bytes();
  std::mt19937 random(1);
  for (int round = 0; round < 10000; ++round) {
    auto bytes = good;
    bytes[random() % bytes.size()] ^=
        static_cast<std::byte>(1 + random() % 255);
    try {
      const Header header = receive(bytes);
      EXPECT_LE(header.payload, kMaxPayload);
    } catch (const RingError&) {
      // Refusing it is right too.
    }
  }
}

TEST_F(MessageTest, AnErrorCarriesItsText) {
  const std::string text = "rank 1 has no bread";
  send_message(*down_, text_header(Kind::kError, text),
               std::as_bytes(std::span(text)), in_time());
  const Header header = receive_header(*up_, in_time());
  EXPECT_EQ(header.kind, Kind::kError);
  EXPECT_EQ(text_of(receive_payload(*up_, header, in_time())), text);
}

// Keeps each piece that is sent.
class KeepingLink : public Link {
 public:
  void send(std::span<const std::byte> bytes, Deadline /*deadline*/) override {
    pieces.emplace_back(bytes.begin(), bytes.end());
  }
  void receive(std::span<std::byte> /*bytes*/, Deadline /*deadline*/) override {
  }
  void close() override {}
  uint64_t bytes_sent() const override { return 0; }
  uint64_t bytes_received() const override { return 0; }

  std::vector<std::vector<std::byte>> pieces;
};

std::vector<std::byte> some_bytes(size_t count) {
  std::vector<std::byte> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(i * 7);
  return bytes;
}

TEST(SendMessage, AShortOneIsSentInOnePiece) {
  KeepingLink link;
  const auto bytes = some_bytes(2048);
  send_message(link, text_header(Kind::kError, ""), bytes, in_time());
  ASSERT_EQ(link.pieces.size(), 1);
  EXPECT_THAT(std::span(link.pieces[0]).subspan(kHeaderBytes),
              ElementsAreArray(bytes));
}

TEST(SendMessage, ALongOneArrivesCompleteAndInOrder) {
  KeepingLink link;
  const auto bytes = some_bytes(100'001);
  send_message(link, text_header(Kind::kError, ""), bytes, in_time());
  std::vector<std::byte> all;
  for (const auto& piece : link.pieces) {
    all.insert(all.end(), piece.begin(), piece.end());
  }
  EXPECT_THAT(std::span(all).subspan(kHeaderBytes), ElementsAreArray(bytes));
}

}  // namespace
}  // namespace pi_ring
