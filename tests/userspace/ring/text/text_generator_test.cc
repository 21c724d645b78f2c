// One loop writes every text, and says why it ended.
#include "userspace/ring/text/text_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "model/folder/random_model.h"
#include "model/text/plain_tokenizer.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/ring/text/thread_ring.h"

namespace pi_ring {
namespace {

constexpr int kContext = 24;

class TextGeneratorTest : public testing::Test {
 protected:
  TextGeneratorTest() {
    config_ = shape_of("260K");
    config_.context = kContext;
    write_random_model(config_, 3, DType::F32, model_);
    write_plain_tokenizer(config_.vocab, model_);
  }

  // Without chance: always the likeliest token.
  GeneratedText write(const std::string& prompt, int most_tokens,
                      int ranks = 1) {
    return write(prompt, TextLimits{.tokens = most_tokens}, ranks);
  }

  GeneratedText write(const std::string& prompt, const TextLimits& limits,
                      int ranks = 1) {
    ThreadRing ring({model_}, ranks);
    Head head = ring.head();
    head.greet();
    const Tokenizer tokenizer(model_, config_.vocab);
    prompt_ = tokenizer.encode(prompt);
    SamplingOptions likeliest;
    likeliest.temperature = 0;
    Sampler sampler(likeliest);
    text_.clear();
    return generate_text(
        head, tokenizer, prompt_, sampler, limits,
        [this](const std::string& piece) { text_ += piece; },
        [](const std::string& line) { ADD_FAILURE() << line; });
  }

  TemporaryFolder folder_;
  std::filesystem::path model_ = folder_.path() / "model";
  ModelConfig config_;
  std::vector<int> prompt_;
  std::string text_;
};

TEST_F(TextGeneratorTest, EndsAtTheTokenLimit) {
  const GeneratedText text = write("The dog", 3);
  EXPECT_EQ(text.end, TextEnd::kTokenLimit);
  EXPECT_EQ(text.tokens, 3);
  EXPECT_TRUE(text_.starts_with("The dog")) << text_;
  EXPECT_GT(text.first_token.count(), 0);
  EXPECT_GE(text.all_tokens, text.first_token);
}

TEST_F(TextGeneratorTest, OfNoTokensIsThePrompt) {
  const GeneratedText text = write("The dog", 0);
  EXPECT_EQ(text.end, TextEnd::kTokenLimit);
  EXPECT_EQ(text.tokens, 0);
  EXPECT_EQ(text_, "The dog");
}

TEST_F(TextGeneratorTest, EndsWhereTheContextIsFull) {
  // The last token is one that need not fit, since none follows it.
  const GeneratedText text = write("The dog", 1000);
  EXPECT_EQ(text.end, TextEnd::kContextFull);
  EXPECT_EQ(text.tokens, kContext - static_cast<int>(prompt_.size()) + 1);
}

TEST_F(TextGeneratorTest, ATextThatJustFitsEndsAtTheTokenLimit) {
  const int room = write("The dog", 1000).tokens;
  EXPECT_EQ(write("The dog", room).end, TextEnd::kTokenLimit);
}

TEST_F(TextGeneratorTest, EndsWhereTheModelEndsIt) {
  const GeneratedText first = write("The dog", 1);
  ASSERT_EQ(first.tokens, 1);
  // The same model, to which its likeliest token means the end.
  const std::string longer = text_;
  ThreadRing ring({model_}, 1);
  Head head = ring.head();
  head.greet();
  const std::span<const float> logits = head.forward(prompt_, 0);
  const auto likeliest =
      static_cast<int>(std::ranges::max_element(logits) - logits.begin());
  config_.eos = {likeliest == 2 ? 3 : 2, likeliest};
  write_config(config_, model_);
  const GeneratedText text = write("The dog", 10);
  EXPECT_EQ(text.end, TextEnd::kEndToken);
  EXPECT_EQ(text.tokens, 0);
  EXPECT_EQ(text_, "The dog");
  // It goes on with the second likeliest where the end is ignored.
  const GeneratedText endless =
      write("The dog", {.tokens = 10, .ignores_end = true});
  EXPECT_EQ(endless.end, TextEnd::kTokenLimit);
  EXPECT_EQ(endless.tokens, 10);
}

TEST_F(TextGeneratorTest, EndsBeforeAStopText) {
  const TextLimits limits{.tokens = 12};
  write("The dog", limits);
  const std::string whole = text_;
  const size_t middle = whole.size() - 4;
  const std::string stop = whole.substr(middle, 3);
  const GeneratedText text = write("The dog", {.tokens = 12, .stop = {stop}});
  EXPECT_EQ(text.end, TextEnd::kStopText);
  EXPECT_EQ(text_, whole.substr(0, whole.find(stop, strlen("The dog"))));
}

TEST_F(TextGeneratorTest, AStopTextInThePromptEndsNothing) {
  const GeneratedText text = write("The dog", {.tokens = 3, .stop = {"The "}});
  EXPECT_EQ(text.end, TextEnd::kTokenLimit);
  EXPECT_EQ(text.tokens, 3);
}

TEST_F(TextGeneratorTest, WritesTheSameOnEveryRing) {
  write("The dog", 12);
  const std::string alone = text_;
  for (const int ranks : {2, 3}) {
    write("The dog", 12, ranks);
    EXPECT_EQ(text_, alone) << ranks << " ranks";
  }
}

}  // namespace
}  // namespace pi_ring
