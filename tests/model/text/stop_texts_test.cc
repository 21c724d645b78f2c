// Where a text ends that must not hold certain texts.
#include "model/text/stop_texts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pi_ring {
namespace {

// What comes out of a text that goes in by pieces of this many bytes.
std::string cut(const std::vector<std::string>& stops, std::string_view text,
                size_t piece) {
  StopTexts stop(stops);
  std::string out;
  for (size_t i = 0; i < text.size(); i += piece) {
    out += stop.next(text.substr(i, piece));
  }
  return out + stop.finish() + (stop.has_come() ? "|" : "");
}

TEST(StopTexts, EndTheTextHoweverItIsCutIntoPieces) {
  for (size_t piece = 1; piece < 12; ++piece) {
    EXPECT_EQ(cut({"User:"}, "Hello. User: Bye", piece), "Hello. |") << piece;
    EXPECT_EQ(cut({"aab"}, "aaaab", piece), "aa|") << piece;
    EXPECT_EQ(cut({"\n\n"}, "a\nb\n\nc", piece), "a\nb|") << piece;
  }
}

TEST(StopTexts, TheFirstOfSeveralCounts) {
  for (size_t piece = 1; piece < 8; ++piece) {
    EXPECT_EQ(cut({"xyz", "b"}, "a b xyz", piece), "a |") << piece;
    EXPECT_EQ(cut({"abcd", "c"}, "_abc_", piece), "_ab|") << piece;
  }
}

TEST(StopTexts, LetATextThroughThatHasNone) {
  for (size_t piece = 1; piece < 8; ++piece) {
    EXPECT_EQ(cut({"User:"}, "Use it, Us", piece), "Use it, Us") << piece;
    EXPECT_EQ(cut({}, "anything", piece), "anything") << piece;
    EXPECT_EQ(cut({""}, "anything", piece), "anything") << piece;
  }
}

TEST(StopTexts, HoldNoMoreBackThanMayBeAStop) {
  StopTexts stop({"User:"});
  EXPECT_EQ(stop.next("A U"), "A ");
  EXPECT_EQ(stop.next("n"), "Un");
  EXPECT_EQ(stop.next("Use"), "");
  EXPECT_EQ(stop.finish(), "Use");
}

}  // namespace
}  // namespace pi_ring
