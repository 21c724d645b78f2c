// Texts made one after the other by a small model.
#include "userspace/serve/one_text_engine.h"

#include <gtest/gtest.h>

#include <future>

#include "model/folder/random_model.h"
#include "model/text/plain_tokenizer.h"
#include "tests/model/folder/opened_model.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

class OneTextEngineTest : public testing::Test {
 protected:
  OneTextEngineTest() {
    const ModelConfig config = shape_of("260K");
    write_random_model(config, 1, DType::F32, folder_ / "model");
    write_plain_tokenizer(config.vocab, folder_ / "model");
    weights_ = std::make_unique<Weights>(open_weights(folder_ / "model", 1, 0));
    head_ = std::make_unique<Head>(RankOptions{}, *weights_, nullptr, nullptr);
    tokenizer_ = std::make_unique<Tokenizer>(folder_ / "model", config.vocab);
  }

  struct Made {
    std::string text;
    std::promise<TextOutcome> outcome;
  };
  static TextJob job(
      const std::shared_ptr<Made>& made, int tokens,
      std::function<bool()> is_wanted = [] { return true; }) {
    return {.prompt = {1, 40, 41},
            .limits = {.tokens = tokens, .stop = {}, .ignores_end = true},
            .sampling = {.seed = 5},
            .is_wanted = std::move(is_wanted),
            .put = [made](const std::string& piece) { made->text += piece; },
            .done =
                [made](const TextOutcome& outcome) {
                  made->outcome.set_value(outcome);
                }};
  }

  std::unique_ptr<OneTextEngine> make_engine(size_t most_waiting) {
    return std::make_unique<OneTextEngine>(
        *head_, *tokenizer_, most_waiting,
        [](const LinkError& error) { return error.what(); });
  }

  TemporaryFolder folder_;
  std::unique_ptr<Weights> weights_;
  std::unique_ptr<Head> head_;
  std::unique_ptr<Tokenizer> tokenizer_;
};

TEST_F(OneTextEngineTest, AJobsTextIsTheGenerators) {
  std::string expected;
  size_t pieces = 0;
  Sampler sampler({.seed = 5});
  generate_text(
      *head_, *tokenizer_, std::vector<int>{1, 40, 41}, sampler,
      {.tokens = 20, .stop = {}, .ignores_end = true},
      [&](const std::string& piece) {
        if (++pieces > 3) expected += piece;
      },
      [](const std::string&) {});
  const auto engine = make_engine(8);
  std::vector<std::shared_ptr<Made>> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(std::make_shared<Made>());
    ASSERT_TRUE(engine->accept({job(all.back(), 20)}));
  }
  for (const auto& made : all) {
    const TextOutcome outcome = made->outcome.get_future().get();
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.tokens, 20);
    EXPECT_EQ(made->text, expected);
  }
}

TEST_F(OneTextEngineTest, AQueueTakesAllOfARequestOrNone) {
  std::promise<void> may_go_on;
  const auto gate = may_go_on.get_future().share();
  const auto engine = make_engine(2);
  const auto first = std::make_shared<Made>();
  std::promise<void> has_begun;
  ASSERT_TRUE(engine->accept({job(first, 1, [&, begun = false]() mutable {
    if (!std::exchange(begun, true)) has_begun.set_value();
    gate.wait();
    return true;
  })}));
  has_begun.get_future().wait();
  const auto made = std::make_shared<Made>();
  EXPECT_FALSE(engine->accept({job(made, 1), job(made, 1), job(made, 1)}));
  EXPECT_EQ(engine->load().waiting, 0);
  EXPECT_EQ(engine->load().running, 1);
  EXPECT_TRUE(engine->accept({job(made, 1)}));
  may_go_on.set_value();
  EXPECT_EQ(made->outcome.get_future().get().tokens, 1);
}

TEST_F(OneTextEngineTest, ATextThatIsNotWantedEndsAndTheNextIsRight) {
  const auto engine = make_engine(4);
  const auto dropped = std::make_shared<Made>();
  const auto kept = std::make_shared<Made>();
  int asked = 0;
  ASSERT_TRUE(engine->accept(
      {job(dropped, 1000, [&] { return ++asked < 8; }), job(kept, 20)}));
  EXPECT_NE(dropped->outcome.get_future().get().error, "");
  EXPECT_EQ(kept->outcome.get_future().get().tokens, 20);
  const auto alone = std::make_shared<Made>();
  ASSERT_TRUE(engine->accept({job(alone, 20)}));
  alone->outcome.get_future().wait();
  EXPECT_EQ(kept->text, alone->text);
}

TEST_F(OneTextEngineTest, JobsThatWaitAreHandedBackAtTheEnd) {
  auto engine = make_engine(4);
  const auto first = std::make_shared<Made>();
  const auto second = std::make_shared<Made>();
  std::promise<void> has_begun;
  std::promise<void> may_go_on;
  const auto gate = may_go_on.get_future().share();
  ASSERT_TRUE(engine->accept({job(first, 1, [&, begun = false]() mutable {
    if (!std::exchange(begun, true)) has_begun.set_value();
    gate.wait();
    return true;
  })}));
  has_begun.get_future().wait();
  ASSERT_TRUE(engine->accept({job(second, 1)}));
  engine->finish();
  EXPECT_NE(second->outcome.get_future().get().error, "");
  EXPECT_FALSE(engine->is_working());
  EXPECT_FALSE(engine->accept({job(second, 1)}));
  may_go_on.set_value();
  EXPECT_EQ(first->outcome.get_future().get().error, "");
  engine.reset();
}

}  // namespace
}  // namespace pi_ring
