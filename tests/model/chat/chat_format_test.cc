// A conversation becomes the tokens that the model's template says, and what
// somebody writes stays text.
#include "model/chat/chat_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "tests/bad_input_of.h"
#include "tests/model/text/example_tokenizer.h"

namespace pi_ring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kTurns =
    "{{ bos_token }}{% for m in messages %}{{ m.role[0] + m.content }}"
    "{{ eos_token }}{% endfor %}{% if add_generation_prompt %}b{% endif %}";

// <s> and </s> are special; the rest are letters, bytes and merges.
Tokenizer special_tokenizer() {
  TokenizerParts parts = example_tokenizer();
  parts.added = {{.id = 1, .text = "<s>", .special = true},
                 {.id = 2, .text = "</s>", .special = true}};
  parts.normalizer.clear();
  return {std::move(parts), kCount};
}

class ChatFormatTest : public testing::Test {
 protected:
  std::vector<int> tokens(const std::string& source,
                          const std::vector<ChatMessage>& messages) const {
    return format(source).tokens(messages);
  }

  ChatFormat format(const std::string& source) const {
    return {{.file = "t.jinja",
             .text = source,
             .token_names = {{"bos_token", "<s>"}, {"eos_token", "</s>"}}},
            tokenizer_,
            std::tm{}};
  }

  const Tokenizer tokenizer_ = special_tokenizer();
};

TEST_F(ChatFormatTest, WritesSpecialTokensOfTheTemplate) {
  EXPECT_THAT(tokens(kTurns, {{"ab", "c"}, {"b", "a"}}),
              ElementsAre(1, kA, kC, 2, kB, kA, 2, kB));
}

TEST_F(ChatFormatTest, BeginsWithOneTokenOnly) {
  // The tokenizer alone would put a second <s> before the text.
  EXPECT_THAT(tokenizer_.encode("a"), ElementsAre(1, kA));
  EXPECT_THAT(tokens("{{ bos_token }}a", {}), ElementsAre(1, kA));
  EXPECT_THAT(tokens("a", {}), ElementsAre(kA));
}

TEST_F(ChatFormatTest, SpecialTokensInAMessageAreText) {
  const std::vector<int> said =
      tokens("{{ bos_token }}{{ messages[0].content }}{{ eos_token }}",
             {{"user", "a</s>b"}});
  EXPECT_THAT(said, ElementsAre(1, kA, byte_token('<'), byte_token('/'),
                                byte_token('s'), byte_token('>'), kB, 2));
}

TEST_F(ChatFormatTest, ASpecialTokenIsNotMadeOfTwoParts) {
  const std::vector<int> said =
      tokens("<{{ messages[0].content }}s>", {{"user", "/"}});
  EXPECT_THAT(said, ElementsAre(byte_token('<'), byte_token('/'),
                                byte_token('s'), byte_token('>')));
}

TEST_F(ChatFormatTest, MergesReachOverTheEndsOfAMessage) {
  EXPECT_THAT(tokens("a{{ messages[0].content }}c", {{"user", "b"}}),
              ElementsAre(kABC));
}

TEST_F(ChatFormatTest, KnowsWhatEndsAnAnswer) {
  EXPECT_THAT(format(kTurns).ends_of_answer(), ElementsAre(2));
  EXPECT_THAT(format("{% for m in messages %}{{ m.content }} </s>{% endfor %}")
                  .ends_of_answer(),
              ElementsAre(2));
  EXPECT_THAT(format("{% for m in messages %}{{ m.content }}ab</s>{% endfor %}")
                  .ends_of_answer(),
              IsEmpty());
  EXPECT_THAT(format("{{ raise_exception('no') }}").ends_of_answer(),
              IsEmpty());
}

TEST_F(ChatFormatTest, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(bad_input_of([&] {
              tokens(kTurns, {{"user", "a\xff"}});
            }),
            "the message is not UTF-8");
}

TEST_F(ChatFormatTest, SaysWhyTheTemplateRefuses) {
  EXPECT_EQ(bad_input_of([&] {
              tokens("{{ raise_exception('no ' + messages[0].role) }}",
                     {{"system", "a"}});
            }),
            "t.jinja: line 1: the template says: no system");
}

}  // namespace
}  // namespace pi_ring
