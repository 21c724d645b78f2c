// The text of a ring that breaks is that of a ring that does not.
#include "userspace/ring/launch/rank_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "model/folder/random_model.h"
#include "tests/sanitized.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/ring/launch/service_ring.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/text/replay.h"

namespace pi_ring {
namespace {

using testing::Contains;
using testing::ElementsAreArray;
using testing::EndsWith;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int kRanks = 4;
constexpr int kTokens = 30;

ModelConfig tiny_config() {
  ModelConfig config;
  config.name = "small";
  config.dim = 16;
  config.hidden_dim = 40;
  config.layers = 5;
  config.heads = 4;
  config.kv_heads = 2;
  config.vocab = 101;
  config.context = 128;
  return config;
}

class RankServiceTest : public testing::Test {
 protected:
  RankServiceTest() {
    write_random_model(tiny_config(), 1, DType::F32, model_);
  }

  std::vector<int> prompt() const {
    std::vector<int> tokens(40);  // more than a chunk
    for (size_t i = 0; i < tokens.size(); ++i) {
      tokens[i] = static_cast<int>((i * i * 31 + 7 * i + 1) % 101);
    }
    return tokens;
  }

  // Returns the logits after the prompt, and after each likeliest token. Calls
  // `meddle` before each.
  template <typename Meddle>
  std::vector<float> write(Replay& text, Meddle meddle) const {
    std::vector<float> all;
    const auto keep = [&](std::span<const float> logits) {
      all.insert(all.end(), logits.begin(), logits.end());
      return static_cast<int>(std::ranges::max_element(logits) -
                              logits.begin());
    };
    meddle(0);
    int token = keep(text.begin(prompt()));
    for (int i = 1; i < kTokens; ++i) {
      meddle(i);
      token = keep(text.add(token));
    }
    return all;
  }

  std::vector<float> undisturbed() const {
    const RankOptions alone{.ranks = 1, .rank = 0};
    const Weights weights = open_weights(model_, 1, 0);
    Head head(alone, weights, nullptr, nullptr);
    Replay text(head, [](const std::string&) {});
    return write(text, [](int) {});
  }

  // Returns what a ring writes while `meddle` breaks it.
  template <typename Meddle>
  std::vector<float> write_on(ServiceRing& ring, Meddle meddle) {
    Head head = ring.head();
    head.greet();
    Replay text(head,
                [this](const std::string& line) { said_.push_back(line); });
    return write(text, meddle);
  }

  template <typename Meddle>
  void expect_the_same_text(ServiceRing& ring, Meddle meddle) {
    EXPECT_THAT(write_on(ring, meddle), ElementsAreArray(undisturbed()));
  }

  TemporaryFolder folder_;
  std::filesystem::path model_ = folder_.path() / "small";
  std::vector<std::string> said_;
};

TEST_F(RankServiceTest, ARingThatNeverBreaksWritesWhatOneProcessDoes) {
  ServiceRing ring({model_}, kRanks);
  expect_the_same_text(ring, [](int) {});
  EXPECT_TRUE(said_.empty());
  EXPECT_THAT(ring.log(), Contains("the ring of 4 is complete: small, layers "
                                   "[2,4) here"));
}

TEST_F(RankServiceTest, ARestartedRankIsNamedOnceAndTheTextGoesOn) {
  ServiceRing ring({model_}, kRanks);
  for (int rank = 0; rank + 1 < kRanks; ++rank) {
    said_.clear();
    expect_the_same_text(ring, [&](int i) {
      if (i == 10) ring.restart(rank);
    });
    ASSERT_EQ(said_.size(), 1u);
    EXPECT_THAT(said_[0],
                HasSubstr("rank " + std::to_string(rank) + " restarted"));
  }
}

TEST_F(RankServiceTest, ATextOfRoundedActivationsGoesOnAsItWouldHave) {
  for (const RowFormat format : {RowFormat::kF16, RowFormat::kQ8}) {
    ServiceRing ring({model_}, kRanks, format);
    const std::vector<float> quiet = write_on(ring, [](int) {});
    EXPECT_NE(quiet, undisturbed());
    EXPECT_TRUE(said_.empty());
    for (int rank = 0; rank + 1 < kRanks; ++rank) {
      EXPECT_THAT(write_on(ring,
                           [&](int i) {
                             if (i == 10) ring.restart(rank);
                             if (i == 20) ring.pull(rank);
                           }),
                  ElementsAreArray(quiet));
      EXPECT_EQ(said_.size(), 2u);
      said_.clear();
    }
  }
}

TEST_F(RankServiceTest, APulledCableIsReportedOnceAndTheTextGoesOn) {
  ServiceRing ring({model_}, kRanks);
  for (int rank = 0; rank < kRanks; ++rank) {
    said_.clear();
    expect_the_same_text(ring, [&](int i) {
      if (i == 10) ring.pull(rank);
    });
    EXPECT_EQ(said_.size(), 1u) << "below rank " << rank;
  }
}

TEST_F(RankServiceTest, RestartsAndPulledCablesAtAnyTimeChangeNoBit) {
  ServiceRing ring({model_}, kRanks);
  const int rounds = kSanitized ? 3 : 10;
  for (int round = 0; round < rounds; ++round) {
    std::thread trouble([&, round] {
      std::mt19937 random(static_cast<unsigned>(round));
      for (int i = 0; i < 10; ++i) {
        std::this_thread::sleep_for(
            std::chrono::microseconds(random() % 20000));
        const auto rank = static_cast<int>(random() % kRanks);
        if (random() % 2 == 0 && rank != kRanks - 1) {
          ring.restart(rank);
        } else {
          ring.pull(rank);
        }
      }
    });
    expect_the_same_text(ring, [](int) {});
    trouble.join();
  }
}

TEST_F(RankServiceTest, AHeadFollowsOneThatStoppedInTheMiddleOfAText) {
  ServiceRing ring({model_}, kRanks);
  for (int i = 0; i < 3; ++i) {
    Head head = ring.head();
    head.greet();
    head.forward(prompt(), 0);
  }
  expect_the_same_text(ring, [](int) {});
}

TEST_F(RankServiceTest, AShardOfAnotherModelIsReportedToEveryHead) {
  const auto other = folder_.path() / "other";
  write_random_model(tiny_config(), 2, DType::F32, other);
  ServiceRing ring({model_, other, model_, model_}, kRanks);
  for (int i = 0; i < 2; ++i) {
    Head head = ring.head();
    EXPECT_THAT(
        [&] { head.greet(); },
        ThrowsMessage<RingError>(EndsWith("these are different models")));
  }
}

}  // namespace
}  // namespace pi_ring
