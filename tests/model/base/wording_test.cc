#include "model/base/wording.h"

#include <gtest/gtest.h>

namespace pi_ring {
namespace {

TEST(WordingTest, ALineHasNoCharacterThatATerminalObeys) {
  EXPECT_EQ(on_one_line("a ring of 4", 100), "a ring of 4");
  EXPECT_EQ(on_one_line("\x1b[2J\r\n\x7f", 100), "?[2J???");
  EXPECT_EQ(on_one_line("\xC2\x9B"
                        "2J\xC2\xA0",
                        100),
            "?2J\xC2\xA0");
  EXPECT_EQ(on_one_line("\x9B"
                        "2J\xFF\xE2\x82",
                        100),
            "?2J??");
  EXPECT_EQ(on_one_line(std::string(1, '\0'), 100), "?");
}

TEST(WordingTest, ALineEndsAfterAWholeCharacter) {
  EXPECT_EQ(on_one_line("abc", 2), "ab");
  EXPECT_EQ(on_one_line("a\xC3\xA9", 2), "a");
  EXPECT_EQ(on_one_line("a\xC3\xA9", 3), "a\xC3\xA9");
  EXPECT_EQ(on_one_line("", 0), "");
}

}  // namespace
}  // namespace pi_ring
