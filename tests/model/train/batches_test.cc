#include "model/train/batches.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <vector>

#include "tests/model/text/example_tokens.h"

namespace pi_ring {
namespace {

std::vector<int> read(const Batches& batches, int64_t step, size_t size) {
  std::vector<int> tokens(size);
  batches.read(step, tokens);
  return tokens;
}

TEST(Batches, InOrderBeginWhereTheLastWindowEnded) {
  const ExampleTokens example("abcabc");  // <s> ▁ abc abc
  const TokenFile file(example.file());
  ASSERT_EQ(file.size(), 4U);
  const Batches batches(file, 2, 3, Order::kSequential, /*seed=*/1);
  const std::vector<int> stream = {1, kSpace, kABC, kABC};
  const std::vector<int> first = read(batches, 0, 8);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(first[i], stream[i]) << i;
    EXPECT_EQ(first[4 + i], stream[(3 + i) % 4]) << "the second row, " << i;
  }
  EXPECT_EQ(read(batches, 1, 8)[0], stream[6 % 4]);
}

TEST(Batches, LongerThanTheStreamGoRoundIt) {
  const ExampleTokens example("a");
  const TokenFile file(example.file());
  const Batches batches(file, 1, 6, Order::kShuffled, /*seed=*/3);
  const std::vector<int> row = read(batches, 5, 7);
  for (size_t i = 2; i < row.size(); ++i) EXPECT_EQ(row[i], row[i - 2]);
}

TEST(Batches, ShuffledTakeEveryWindowOnceAnEpoch) {
  const ExampleTokens example(std::string(999, 'c'));
  const TokenFile file(example.file());
  const uint64_t size = file.size();
  const Batches batches(file, 4, 10, Order::kShuffled, /*seed=*/7);
  const uint64_t windows = size / 10;
  for (uint64_t epoch = 0; epoch < 3; ++epoch) {
    std::set<uint64_t> starts;
    for (uint64_t w = 0; w < windows; ++w) {
      starts.insert(batches.start(epoch * windows + w));
    }
    EXPECT_EQ(starts.size(), windows);
    uint64_t before = *starts.rbegin();
    for (const uint64_t start : starts) {
      EXPECT_GE((start + size - before) % size, 10U) << "windows overlap";
      before = start;
    }
  }
}

TEST(Batches, DependOnSeedAndEpoch) {
  const ExampleTokens example(std::string(5000, 'c'));
  const TokenFile file(example.file());
  const Batches one(file, 1, 10, Order::kShuffled, 1);
  const Batches same(file, 1, 10, Order::kShuffled, 1);
  const Batches other(file, 1, 10, Order::kShuffled, 2);
  const uint64_t windows = file.size() / 10;
  int as_other = 0;
  int as_next_epoch = 0;
  for (uint64_t w = 0; w < windows; ++w) {
    EXPECT_EQ(one.start(w), same.start(w));
    as_other += one.start(w) == other.start(w) ? 1 : 0;
    as_next_epoch += one.start(w) == one.start(windows + w) ? 1 : 0;
  }
  EXPECT_LT(as_other, 10);
  EXPECT_LT(as_next_epoch, 10);
}

// Numbers, so that another machine's that differ are seen.
TEST(Batches, AreTheSameOnEveryMachine) {
  const ExampleTokens example(std::string(5000, 'c'));
  const TokenFile file(example.file());
  const Batches batches(file, 1, 10, Order::kShuffled, 42);
  const std::vector<uint64_t> starts = {batches.start(0), batches.start(1),
                                        batches.start(1000)};
  EXPECT_EQ(starts, (std::vector<uint64_t>{4517, 4087, 86}));
}

}  // namespace
}  // namespace pi_ring
