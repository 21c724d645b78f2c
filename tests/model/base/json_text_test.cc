// Hostile JSON is refused with one line of text, and without a crash.
#include "model/base/json_text.h"

#include <gmock/gmock.h>

#include "tests/bad_input_of.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text) {
  return bad_input_of([&] { parse_json(text, "a.json"); });
}

TEST(JsonText, ValidTextIsParsed) {
  EXPECT_EQ(parse_json(R"({"a": [1, {"b": null}]})", "a.json")["a"][0], 1);
}

TEST(JsonText, TwoObjectsMayHaveTheSameKey) {
  EXPECT_NO_THROW(parse_json(R"({"a": {"k": 1}, "b": {"k": 1}})", "a.json"));
}

TEST(JsonText, BrokenTextIsRefusedWithItsOffset) {
  EXPECT_EQ(refusal(R"({"a": x})"),
            "a.json: is not JSON: the text is wrong at byte 7");
  EXPECT_THAT(refusal("\xFF\xFE"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("{} {}"), HasSubstr("not JSON"));
}

TEST(JsonText, AnEmptyFileIsRefused) {
  EXPECT_EQ(refusal(""), "a.json: is empty, not JSON");
}

TEST(JsonText, AKeyThatIsThereTwiceIsRefused) {
  EXPECT_EQ(refusal(R"({"a": 1, "b": {}, "a": 2})"), "a.json: has \"a\" twice");
  EXPECT_THAT(refusal(R"([{"x": {"k": 1, "k": 1}}])"), HasSubstr("twice"));
}

TEST(JsonText, DeepNestingIsRefused) {
  EXPECT_THAT(refusal(std::string(1000000, '[')), HasSubstr("deeper"));
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += R"({"a":)";
  EXPECT_THAT(refusal(objects), HasSubstr("deeper"));
}

TEST(JsonText, ANumberBeyondEveryRangeIsRefused) {
  EXPECT_THAT(refusal("[1e999999]"), HasSubstr("out of range"));
}

TEST(JsonText, ShownValuesAreOneShortLine) {
  EXPECT_EQ(shown("a\nb"), R"("a\nb")");
  EXPECT_EQ(shown(std::string(1000, 'x')).size(), 83U);
  EXPECT_EQ(shown("\xFF"), R"("\ufffd")");
}

}  // namespace
}  // namespace pi_ring
