// What docs/hardware.md says of a link's rate is what the driver's code gives.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/proto/rate/expectations.h"
#include "tests/proto/rate/timed_link.h"

namespace pi_ring {
namespace {

Board some_board() {
  return {.name = "some",
          .read_ns = 80,
          .write_ns = 30,
          .post_ns = 5,
          .clock_ghz = 1,
          .memory_gb_per_second = 2,
          .turns = false};
}

std::vector<Board> boards() { return read_boards(PI_RING_BOARDS); }

std::string hardware_page() {
  std::ostringstream page;
  page << std::ifstream(PI_RING_HARDWARE_PAGE).rdbuf();
  return page.str();
}

TEST(LinkRate, IsThatOfTheHardwarePage) {
  EXPECT_NE(hardware_page().find(link_table(boards())), std::string::npos)
      << "docs/hardware.md has to show this table:\n"
      << link_table(boards());
}

TEST(LinkRate, GivesTheTokensOfTheHardwarePage) {
  EXPECT_NE(hardware_page().find(token_table(boards())), std::string::npos)
      << "docs/hardware.md has to show this table:\n"
      << token_table(boards());
}

TEST(LinkRate, IsTheSameEachTime) {
  EXPECT_EQ(link_rate(some_board()).bytes_per_second,
            link_rate(some_board()).bytes_per_second);
}

// No byte can take less than two reads at each end, one after the other.
TEST(LinkRate, IsBelowTheLimitOfTheHandshake) {
  const Board board = some_board();
  EXPECT_LT(link_rate(board).bytes_per_second, 1e9 / (4 * board.read_ns));
}

TEST(LinkRate, HalvesOnABoardOfHalfTheSpeed) {
  Board slow = some_board();
  slow.read_ns *= 2;
  slow.write_ns *= 2;
  slow.post_ns *= 2;
  slow.clock_ghz /= 2;
  EXPECT_NEAR(link_rate(slow).bytes_per_second,
              link_rate(some_board()).bytes_per_second / 2,
              link_rate(some_board()).bytes_per_second / 20);
}

TEST(Boards, WithoutASourceAreRefused) {
  const std::string path = testing::TempDir() + "boards.yaml";
  std::ofstream(path) << "- name: X\n  read: {value: 75}\n";
  EXPECT_THROW(read_boards(path), std::runtime_error);
}

}  // namespace
}  // namespace pi_ring
