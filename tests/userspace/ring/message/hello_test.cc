#include "userspace/ring/message/hello.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "userspace/link/memory.h"

namespace pi_ring {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

Hello hello(uint32_t rank, uint32_t begin, uint32_t end) {
  return {.rank = rank,
          .ranks = 4,
          .begin = begin,
          .end = end,
          .layers = 8,
          .fingerprint = 42,
          .cache_type = DType::Q8_0,
          .model = "stories42M"};
}

TEST(HelloTest, ArrivesAsItWasSent) {
  const auto [down, up] = make_memory_link(4096);
  send_message(*down, hello_header(), encode(hello(1, 3, 6)), kForever);
  const Header header = receive_header(*up, kForever);
  const Hello received = decode_hello(receive_payload(*up, header, kForever));
  EXPECT_EQ(received.rank, 1U);
  EXPECT_EQ(received.ranks, 4U);
  EXPECT_EQ(received.begin, 3U);
  EXPECT_EQ(received.end, 6U);
  EXPECT_EQ(received.layers, 8U);
  EXPECT_EQ(received.fingerprint, 42U);
  EXPECT_EQ(received.cache_type, DType::Q8_0);
  EXPECT_EQ(received.model, "stories42M");
}

TEST(HelloTest, ShardsThatFollowEachOtherAreAccepted) {
  EXPECT_NO_THROW(check_neighbour(hello(3, 8, 8), hello(0, 0, 3)));
  EXPECT_NO_THROW(check_neighbour(hello(0, 0, 3), hello(1, 3, 6)));
  EXPECT_NO_THROW(check_neighbour(hello(2, 6, 8), hello(3, 8, 8)));
}

TEST(HelloTest, AGapBetweenLayersIsNamed) {
  EXPECT_THAT([] { check_neighbour(hello(0, 0, 4), hello(1, 3, 6)); },
              ThrowsMessage<RingError>(
                  AllOf(HasSubstr("rank 1 holds layers [3,6) of stories42M"),
                        HasSubstr("from 4 on"))));
}

TEST(HelloTest, AnotherModelIsNamed) {
  Hello other = hello(1, 3, 6);
  other.fingerprint = 43;
  other.model = "stories110M";
  EXPECT_THAT([&] { check_neighbour(hello(0, 0, 3), other); },
              ThrowsMessage<RingError>(AllOf(HasSubstr("stories42M"),
                                             HasSubstr("stories110M"),
                                             HasSubstr("different models"))));
}

TEST(HelloTest, CachesOfDifferentTypesAreNamed) {
  Hello other = hello(1, 3, 6);
  other.cache_type = DType::F16;
  EXPECT_THAT([&] { check_neighbour(hello(0, 0, 3), other); },
              ThrowsMessage<RingError>(
                  "rank 0 caches keys and values as Q8_0, rank 1 as F16"));
}

TEST(HelloTest, ACacheOfAnUnknownTypeIsRefused) {
  std::vector<std::byte> bytes = encode(hello(1, 3, 6));
  constexpr size_t kAtType = 5 * 4 + 8;
  bytes[kAtType] = std::byte{3};
  EXPECT_THAT([&] { decode_hello(bytes); },
              ThrowsMessage<RingError>(HasSubstr("cache of an unknown type")));
}

TEST(HelloTest, ARankOutOfPlaceIsNamed) {
  EXPECT_THAT([] { check_neighbour(hello(0, 0, 3), hello(2, 3, 6)); },
              ThrowsMessage<RingError>(
                  HasSubstr("rank 2 of 4 stands after rank 0 of 4")));
}

}  // namespace
}  // namespace pi_ring
