// The handshake relies on this: lines that change one by one, or two wrong
// lines, never imitate a code.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <utility>

extern "C" {
#include "kmod/proto/codes.h"
}

namespace pi_ring {
namespace {

constexpr std::array<uint8_t, 11> kCodes = {
    PR_FLOAT,   PR_IDLE, PR_START, PR_START2, PR_READY, PR_GRANT,
    PR_TRAILER, PR_GOOD, PR_WISH,  PR_BAD,    PR_BUSY};

int distance(uint8_t a, uint8_t b) {
  return std::popcount(static_cast<uint8_t>(a ^ b));
}

TEST(Codes, DifferInAtLeastFourLines) {
  for (uint8_t a : kCodes) {
    for (uint8_t b : kCodes) {
      if (a != b) {
        EXPECT_GE(distance(a, b), 4);
      }
    }
  }
}

TEST(Codes, ThatSayYesAndNoDifferInAllEightLines) {
  EXPECT_EQ(distance(PR_GOOD, PR_BAD), 8);
}

TEST(Codes, ShowNoOtherCodeWhileOneBecomesTheNextLineByLine) {
  constexpr std::pair<uint8_t, uint8_t> kChanges[] = {
      {PR_FLOAT, PR_IDLE},   {PR_IDLE, PR_START}, {PR_START, PR_START2},
      {PR_START2, PR_READY}, {PR_IDLE, PR_GRANT}, {PR_GRANT, PR_FLOAT},
      {PR_TRAILER, PR_GOOD}, {PR_GOOD, PR_WISH},  {PR_WISH, PR_BAD},
      {PR_BAD, PR_BUSY},     {PR_GOOD, PR_IDLE},  {PR_WISH, PR_IDLE},
      {PR_BAD, PR_IDLE},     {PR_BUSY, PR_IDLE}};
  for (const auto& [from, to] : kChanges) {
    for (int lines = 0; lines < 256; ++lines) {
      const uint8_t between = from ^ (lines & (from ^ to));
      for (uint8_t code : kCodes) {
        if (code != from && code != to) {
          EXPECT_NE(between, code);
        }
      }
    }
  }
}

}  // namespace
}  // namespace pi_ring
