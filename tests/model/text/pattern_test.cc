// Patterns find what Oniguruma finds, and no pattern takes long.
#include "model/text/pattern.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/bad_input_of.h"

namespace pi_ring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> found(const std::string& expression,
                               std::string_view text) {
  std::vector<std::string> all;
  for (const auto& match :
       Pattern(expression, Pattern::Origin::kFile).find_all(text)) {
    all.emplace_back(text.substr(match.begin, match.end - match.begin));
  }
  return all;
}

std::string refusal_of(const std::string& expression) {
  return bad_input_of([&] { Pattern(expression, Pattern::Origin::kFile); });
}

TEST(PatternTest, MatchesAreFoundFromTheLeft) {
  EXPECT_THAT(found("a+|b", "aab cb"), ElementsAre("aa", "b", "b"));
  EXPECT_THAT(found("x", "aab"), IsEmpty());
  EXPECT_THAT(found("a", ""), IsEmpty());
}

TEST(PatternTest, AMatchOfNoLengthCountsUnlessItEndsTheOneBefore) {
  EXPECT_THAT(found("b*", "abc"), ElementsAre("", "b", ""));
  EXPECT_THAT(found("(?=[A-Z])", "aBC"), ElementsAre("", ""));
}

TEST(PatternTest, WhiteSpaceIsUnicodes) {
  EXPECT_THAT(found("\\s", "\u0085\u00a0\u2003\u3000\u180e\u200b"),
              ElementsAre("\u0085", "\u00a0", "\u2003", "\u3000"));
  EXPECT_THAT(found("[^\\s\\p{L}]+", "a\u180e b"), ElementsAre("\u180e"));
  EXPECT_THAT(found("\\S+", "a\u180e b"), ElementsAre("a\u180e", "b"));
}

TEST(PatternTest, CaseIsUnicodesToo) {
  EXPECT_THAT(found("(?i:'s)", "'S 's '\u017f"),
              ElementsAre("'S", "'s", "'\u017f"));
}

TEST(PatternTest, WhatPcre2WouldReadOtherwiseIsRefusedByName) {
  for (const char letter : {'h', 'w', 'b', 'K', '1', 'R'}) {
    EXPECT_THAT(refusal_of({'\\', letter}),
                HasSubstr(std::string("\\x5C") + letter));
  }
  EXPECT_THAT(refusal_of("[a&&b]"), HasSubstr("&&"));
  EXPECT_THAT(refusal_of("[a[b]]"), HasSubstr("[ in a class"));
  EXPECT_THAT(refusal_of("(*NO_JIT)a"), HasSubstr("(*NO"));
  EXPECT_THAT(refusal_of("(?m)a"), HasSubstr("(?m)"));
  EXPECT_THAT(refusal_of("a{1,3}+"), HasSubstr("}+"));
  EXPECT_THAT(refusal_of("(a"), HasSubstr("is not supported"));
  EXPECT_THAT(refusal_of(std::string(20000, 'a')), HasSubstr("16,384"));
}

TEST(PatternTest, AHostilePatternIsGivenUp) {
  const std::string text(100'000, 'a');
  for (const char* hostile : {"(a+)+$", "(a|aa)+b", "(?:a*)*b", "a*a*a*a*b",
                              "(?=(a+))a*b", "(?:a?){40}b"}) {
    EXPECT_THAT(bad_input_of([&] { found(hostile, text + "!b"); }),
                HasSubstr("cannot cut this text"))
        << hostile;
  }
  EXPECT_THAT(found("a+", text), ElementsAre(text));
}

TEST(PatternTest, QuotedTextMatchesItself) {
  for (const char* text : {"a.b", "[x]", "\\", "$^*+?(){}|-", " \n\t", "é"}) {
    EXPECT_THAT(found(quoted_pattern(text), std::string("y") + text + "z"),
                ElementsAre(text));
  }
}

}  // namespace
}  // namespace pi_ring
