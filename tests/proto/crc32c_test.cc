// CRC32C against published vectors (RFC 3720, appendix B.4, and the usual check
// value).
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <string>

extern "C" {
#include "kmod/proto/crc32c.h"
#include "kmod/proto/frame.h"
}

namespace pi_ring {
namespace {

uint32_t crc_of(const void* bytes, size_t count) {
  return pr_crc32c_end(pr_crc32c_add_run(
      PR_CRC32C_BEGIN, static_cast<const uint8_t*>(bytes), count));
}

TEST(Crc32c, OfNothingIsZero) { EXPECT_EQ(crc_of("", 0), 0u); }

TEST(Crc32c, OfTheNineDigitsIsTheCheckValue) {
  EXPECT_EQ(crc_of("123456789", 9), 0xe3069283u);
}

TEST(Crc32c, MatchesTheVectorsOfRfc3720) {
  std::array<uint8_t, 32> bytes{};
  EXPECT_EQ(crc_of(bytes.data(), 32), 0x8a9136aau);
  bytes.fill(0xff);
  EXPECT_EQ(crc_of(bytes.data(), 32), 0x62a8ab43u);
  std::iota(bytes.begin(), bytes.end(), 0);
  EXPECT_EQ(crc_of(bytes.data(), 32), 0x46dd794eu);
}

TEST(Crc32c, OverAMessageAndItsOwnCrcIsAConstant) {
  for (size_t length : {0u, 1u, 9u, 1000u}) {
    std::string message(length, 'x');
    uint8_t crc[4];
    pr_frame_put_u32(crc, crc_of(message.data(), length));
    message.append(reinterpret_cast<const char*>(crc), 4);
    EXPECT_EQ(pr_crc32c_add_run(
                  PR_CRC32C_BEGIN,
                  reinterpret_cast<const uint8_t*>(message.data()), length + 4),
              PR_CRC32C_INTACT);
  }
}

}  // namespace
}  // namespace pi_ring
