// A sealed frame opens again, and any damage is found.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

extern "C" {
#include "kmod/proto/crc32c.h"
#include "kmod/proto/frame.h"
}

namespace pi_ring {
namespace {

std::vector<uint8_t> sealed(uint16_t length) {
  std::vector<uint8_t> bytes(PR_FRAME_BYTES_MIN + length);
  for (uint16_t i = 0; i < length; ++i) bytes[PR_AT_PAYLOAD + i] = i * 37;
  EXPECT_EQ(pr_frame_seal(bytes.data(), PR_KIND_DATA, 200, 0xdeadbeef, length),
            bytes.size());
  return bytes;
}

bool opens(const std::vector<uint8_t>& bytes, pr_frame* frame) {
  const uint32_t crc =
      pr_crc32c_add_run(PR_CRC32C_BEGIN, bytes.data(), bytes.size());
  return pr_frame_open(frame, bytes.data(), bytes.size(), crc);
}

TEST(Frame, OpensAsItWasSealed) {
  for (uint16_t length : {0, 1, 255, 256, PR_PAYLOAD_BYTES_MAX}) {
    const std::vector<uint8_t> bytes = sealed(length);
    pr_frame frame;
    ASSERT_TRUE(opens(bytes, &frame));
    EXPECT_EQ(frame.kind, PR_KIND_DATA);
    EXPECT_EQ(frame.sequence, 200);
    EXPECT_EQ(frame.epoch, 0xdeadbeef);
    EXPECT_EQ(frame.length, length);
    EXPECT_EQ(std::memcmp(frame.payload, &bytes[PR_AT_PAYLOAD], length), 0);
  }
}

TEST(Frame, WithAnyOneOrTwoBitsWrongDoesNotOpen) {
  std::vector<uint8_t> bytes = sealed(20);
  const size_t bits = bytes.size() * 8;
  const auto flip = [&](size_t bit) { bytes[bit / 8] ^= 1u << bit % 8; };
  pr_frame frame;
  for (size_t one = 0; one < bits; ++one) {
    flip(one);
    EXPECT_FALSE(opens(bytes, &frame));
    for (size_t two = one + 1; two < bits; ++two) {
      flip(two);
      EXPECT_FALSE(opens(bytes, &frame));
      flip(two);
    }
    flip(one);
  }
}

TEST(Frame, WithBytesMissingOrAddedDoesNotOpen) {
  pr_frame frame;
  std::vector<uint8_t> bytes = sealed(20);
  for (int extra = 0; extra < 40; ++extra) {
    bytes.push_back(extra);
    EXPECT_FALSE(opens(bytes, &frame));
  }
  for (bytes = sealed(20); !bytes.empty();) {
    bytes.pop_back();
    EXPECT_FALSE(opens(bytes, &frame));
  }
}

TEST(Frame, WithAWrongLengthAndAGoodCrcDoesNotOpen) {
  std::vector<uint8_t> bytes = sealed(20);
  bytes[PR_AT_LENGTH] = 19;
  const size_t end = bytes.size() - PR_CRC_BYTES;
  pr_frame_put_u32(&bytes[end], pr_crc32c_end(pr_crc32c_add_run(
                                    PR_CRC32C_BEGIN, bytes.data(), end)));
  pr_frame frame;
  EXPECT_FALSE(opens(bytes, &frame));
}

}  // namespace
}  // namespace pi_ring
