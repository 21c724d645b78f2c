// Training on rings of threads, over links that hold almost nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "tests/temporary_folder.h"
#include "userspace/link/memory.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/plan_message.h"
#include "userspace/ring/train/train_head.h"
#include "userspace/ring/train/train_rank.h"

namespace pi_ring {
namespace {

constexpr int kLength = 6;

TrainPlan small_plan(int ranks, int micro_batches, int sequences = 1) {
  TrainPlan plan;
  plan.config.name = "small";
  plan.config.dim = 16;
  plan.config.hidden_dim = 24;
  plan.config.layers = 5;
  plan.config.heads = 4;
  plan.config.kv_heads = 2;
  plan.config.vocab = 40;
  plan.config.context = 16;
  plan.cut = even_cut(plan.config.layers, ranks);
  plan.sequences = sequences;
  plan.length = kLength;
  plan.micro_batches = micro_batches;
  plan.seed = 5;
  return plan;
}

// Tokens for `sequences` rows, different for each step.
std::vector<int> tokens_of(int sequences, int64_t step) {
  std::vector<int> tokens(static_cast<size_t>(sequences) * (kLength + 1));
  for (size_t i = 0; i < tokens.size(); ++i) {
    tokens[i] = static_cast<int>((i * i + 7 * i + 3 * size_t(step)) % 40);
  }
  return tokens;
}

class TrainThreadRing {
 public:
  explicit TrainThreadRing(const TrainPlan& plan, size_t capacity = 16,
                           int threads = 1,
                           RowFormat format = RowFormat::kF32) {
    const int ranks = plan.ranks();
    for (int i = 0; i < ranks; ++i) {
      auto [down, up] = make_memory_link(capacity);
      down_.push_back(std::move(down));
      up_.push_back(std::move(up));
      options_.push_back({.ranks = ranks,
                          .rank = i,
                          .threads = threads,
                          .waiting = Pool::Waiting::kSleep,
                          .patience = std::chrono::minutes(1),
                          .row_format = format});
    }
    for (int i = 0; i + 1 < ranks; ++i) {
      threads_.emplace_back([this, i] {
        run_train_rank(options_[static_cast<size_t>(i)], /*model=*/nullptr,
                       up_of(i), down_of(i));
      });
    }
    const bool alone = ranks == 1;
    head_ =
        std::make_unique<TrainHead>(options_.back(), plan, /*model=*/nullptr,
                                    alone ? nullptr : &up_of(ranks - 1),
                                    alone ? nullptr : &down_of(ranks - 1));
  }
  ~TrainThreadRing() {
    for (const auto& link : down_) link->close();
    head_.reset();
    for (std::thread& thread : threads_) thread.join();
  }

  TrainHead& head() { return *head_; }

 private:
  Link& down_of(int rank) { return *down_[static_cast<size_t>(rank)]; }
  Link& up_of(int rank) {
    return *up_[(static_cast<size_t>(rank) + up_.size() - 1) % up_.size()];
  }

  std::vector<std::unique_ptr<Link>> down_;
  std::vector<std::unique_ptr<Link>> up_;
  std::vector<RankOptions> options_;
  std::vector<std::thread> threads_;
  std::unique_ptr<TrainHead> head_;
};

// All numbers that a few steps give.
std::vector<double> numbers_of(const TrainPlan& plan, int threads = 1) {
  TrainThreadRing ring(plan, /*capacity=*/16, threads);
  ring.head().begin();
  std::vector<double> numbers;
  const int sequences = plan.micro_batches * plan.sequences;
  for (int64_t step = 1; step <= 3; ++step) {
    const StepResult result =
        ring.head().step(tokens_of(sequences, step), step, 1e-2F, 1.0F);
    numbers.push_back(result.loss);
    numbers.push_back(result.gradient_norm);
    numbers.push_back(ring.head().evaluate(tokens_of(sequences, 9)));
  }
  return numbers;
}

TEST(TrainRingTest, NoRingDeadlocksAndAllGiveTheSameBits) {
  for (int micro_batches = 1; micro_batches <= 8; ++micro_batches) {
    const auto alone = numbers_of(small_plan(1, micro_batches));
    for (int ranks = 2; ranks <= 6; ++ranks) {
      EXPECT_EQ(numbers_of(small_plan(ranks, micro_batches)), alone)
          << ranks << " ranks, " << micro_batches << " micro-batches";
    }
  }
}

TEST(TrainRingTest, GivesTheSameBitsForEveryFamily) {
  for (const Architecture* family : architectures()) {
    const auto plan_for = [&](int ranks) {
      TrainPlan plan = small_plan(ranks, 3);
      plan.config.architecture = family;
      if (family->complete != nullptr) family->complete(plan.config);
      return plan;
    };
    const auto alone = numbers_of(plan_for(1));
    EXPECT_EQ(numbers_of(plan_for(4)), alone) << family->name;
    EXPECT_EQ(numbers_of(plan_for(1), /*threads=*/2), alone) << family->name;
    // The losses of the same tokens, before and after two steps on others.
    EXPECT_NE(alone[8], alone[2]) << family->name << " learns nothing";
  }
}

TEST(TrainRingTest, AnEvaluationMayRoundActivations) {
  const auto loss = [&](int ranks, RowFormat format, int threads = 1) {
    TrainThreadRing ring(small_plan(ranks, 2), 16, threads, format);
    ring.head().begin();
    return ring.head().evaluate(tokens_of(8, 1));
  };
  const double exact = loss(1, RowFormat::kF32);
  for (const RowFormat format : {RowFormat::kF16, RowFormat::kQ8}) {
    EXPECT_EQ(loss(1, format), exact) << "without a hop";
    for (const int ranks : {2, 4}) {
      const double rounded = loss(ranks, format);
      EXPECT_NE(rounded, exact);
      EXPECT_NEAR(rounded, exact, exact * 1e-3);
      EXPECT_EQ(loss(ranks, format, /*threads=*/2), rounded);
    }
  }
}

TEST(TrainRingTest, AStepRoundsNothing) {
  const auto loss = [](RowFormat format) {
    TrainThreadRing ring(small_plan(3, 2), 16, 1, format);
    ring.head().begin();
    return ring.head().step(tokens_of(2, 1), 1, 1e-2F, 1.0F).loss;
  };
  EXPECT_EQ(loss(RowFormat::kQ8), loss(RowFormat::kF32));
}

TEST(TrainRingTest, StepsMakeTheLossSmaller) {
  TrainThreadRing ring(small_plan(4, 2));
  ring.head().begin();
  const auto tokens = tokens_of(2, 1);
  const double before = ring.head().evaluate(tokens);
  for (int64_t step = 1; step <= 20; ++step) {
    ring.head().step(tokens, step, 1e-2F, 1.0F);
  }
  EXPECT_LT(ring.head().evaluate(tokens), 0.5 * before);
}

TEST(TrainRingTest, ThreadsAndRecomputationChangeNothing) {
  const auto expected = numbers_of(small_plan(1, 2, 3));
  for (const int ranks : {1, 3}) {
    TrainPlan plan = small_plan(ranks, 2, 3);
    EXPECT_EQ(numbers_of(plan, /*threads=*/2), expected);
    plan.recompute = true;
    EXPECT_EQ(numbers_of(plan), expected);
  }
}

TEST(TrainRingTest, AnUnevenCutIsTrainedTheSame) {
  TrainPlan plan = small_plan(3, 2);
  plan.cut = {{.rank = 0, .ranks = 3, .begin = 0, .end = 4},
              {.rank = 1, .ranks = 3, .begin = 4, .end = 5},
              {.rank = 2, .ranks = 3, .begin = 5, .end = 5}};
  EXPECT_EQ(numbers_of(plan), numbers_of(small_plan(1, 2)));
}

TEST(TrainRingTest, UntiedEndsAreTrainedTheSame) {
  TrainPlan plan = small_plan(1, 3);
  plan.config.tied = false;
  const auto alone = numbers_of(plan);
  plan.cut = even_cut(plan.config.layers, 4);
  EXPECT_EQ(numbers_of(plan), alone);
  EXPECT_NE(numbers_of(small_plan(1, 3)), alone);
}

TEST(TrainRingTest, EveryRankReportsTheMemoryItNeeds) {
  TrainThreadRing ring(small_plan(3, 2));
  const auto claims = ring.head().ask_for_memory();
  ASSERT_EQ(claims.size(), 3U);
  for (const MemoryClaim& claim : claims) {
    EXPECT_GT(claim.needed, 0U);
    EXPECT_FALSE(claim.machine.empty());
  }
}

TEST(TrainRingTest, RanksOfOneMachineShareItsFreeMemory) {
  EXPECT_THAT(share_out({{.needed = 30, .free = 100, .machine = "a"},
                         {.needed = 10, .free = 50, .machine = "b"},
                         {.needed = 80, .free = 100, .machine = "a"},
                         {.needed = 10, .free = 100, .machine = "a"}}),
              testing::ElementsAre(100, 50, 70, 0));
}

TEST(TrainRingTest, AStepWhoseLossIsNotFiniteChangesNoValue) {
  TrainThreadRing ring(small_plan(3, 2));
  TrainHead& head = ring.head();
  head.begin();
  // Moves the weights so far that none is finite any more.
  head.step(tokens_of(2, 1), 1, std::numeric_limits<float>::infinity(), 0.0F);
  const StepResult lost = head.step(tokens_of(2, 2), 2, 1e-2F, 1.0F);
  EXPECT_FALSE(std::isfinite(lost.loss));
  // The ring is ready for the next step.
  EXPECT_FALSE(std::isfinite(head.step(tokens_of(2, 3), 3, 1e-2F, 1.0F).loss));
}

TEST(TrainRingTest, AModelThatARankCannotLoadIsNamed) {
  TrainPlan plan = small_plan(4, 2);
  plan.start = TrainPlan::Start::kModel;
  plan.from = "/nowhere";
  TrainThreadRing ring(plan);
  try {
    ring.head().begin();
    ADD_FAILURE() << "no error was reported";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("/nowhere"));
  }
}

TEST(TrainRingTest, APlanSurvivesJson) {
  TrainPlan plan = small_plan(3, 4, 2);
  plan.recompute = true;
  plan.adam.beta2 = 0.987654321F;
  plan.config.norm_epsilon = 1e-7F;
  plan.seed = 0xFEDCBA9876543210U;
  plan.run = UINT64_MAX;
  plan.start = TrainPlan::Start::kCheckpoint;
  plan.from = "from";
  plan.save = "save";
  plan.tokenizer = "tokenizer";
  const auto object = to_json(plan);
  const TrainPlan back = plan_from(nlohmann::json::parse(object.dump()));
  EXPECT_EQ(to_json(back), object);
  EXPECT_EQ(back.adam.beta2, plan.adam.beta2);
  EXPECT_EQ(back.seed, plan.seed);
  EXPECT_EQ(back.config.layers, 5);
  EXPECT_EQ(back.cut, plan.cut);
  EXPECT_THROW(plan_from({{"ranks", 2}}), RingError);
}

TEST(TrainRingTest, APlanWhoseCutIsNoneIsRefused) {
  auto object = to_json(small_plan(3, 1));
  EXPECT_EQ(object.at("cut").dump(), "[[0,3],[3,5],[5,5]]");
  EXPECT_NO_THROW(plan_from(object));
  for (const char* damaged :
       {"[]", "[[0,3],[3,4],[5,5]]", "[[0,3],[2,5],[5,5]]", "[[0,3],[3,5]]",
        "[[0,0],[0,5],[5,5]]", "[[0,3],[3,4],[4,5]]", "[[0,3],[3,6],[6,6]]",
        "[[-1,3],[3,5],[5,5]]", "[[0],[0,5]]", "[0,5]", "{}", "null"}) {
    object["cut"] = nlohmann::json::parse(damaged);
    EXPECT_THROW(plan_from(object), RingError) << damaged;
  }
  object.erase("cut");
  EXPECT_THROW(plan_from(object), RingError);
}

}  // namespace
}  // namespace pi_ring
