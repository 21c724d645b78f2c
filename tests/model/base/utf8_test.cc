// Valid UTF-8 of every length, and each kind of invalid bytes.
#include "model/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace pi_ring {
namespace {

constexpr size_t kNone = std::string_view::npos;

TEST(Utf8, TheFirstAndLastCharacterOfEachLengthAreValid) {
  using namespace std::string_view_literals;
  for (const auto text :
       {"\0"sv, "\x7F"sv, "\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv,
        "\xED\x9F\xBF"sv, "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv,
        "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv}) {
    EXPECT_EQ(find_invalid_utf8(text), kNone);
    EXPECT_EQ(first_utf8_sequence(text).length, text.size());
  }
}

TEST(Utf8, OverlongFormsSurrogatesAndTooGreatCodesAreRefused) {
  for (const std::string text :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\x80"}) {
    EXPECT_EQ(find_invalid_utf8("ab" + text), 2U);
    EXPECT_EQ(first_utf8_sequence(text).state, Utf8State::kInvalid);
    EXPECT_EQ(first_utf8_sequence(text).length, 1U);
  }
}

TEST(Utf8, ACharacterCutByTheEndIsCutAndNotInvalid) {
  const Utf8Sequence sequence = first_utf8_sequence("\xF0\x9F\x98");
  EXPECT_EQ(sequence.state, Utf8State::kCut);
  EXPECT_EQ(sequence.length, 3U);
  EXPECT_EQ(find_invalid_utf8("a\xF0\x9F\x98"), 1U);
}

TEST(Utf8, ABrokenCharacterIsReplacedUpToTheByteThatBreaksIt) {
  const Utf8Sequence sequence = first_utf8_sequence("\xF0\x9F\x98z");
  EXPECT_EQ(sequence.state, Utf8State::kInvalid);
  EXPECT_EQ(sequence.length, 3U);
}

TEST(Utf8, EmptyTextIsValid) { EXPECT_EQ(find_invalid_utf8(""), kNone); }

}  // namespace
}  // namespace pi_ring
