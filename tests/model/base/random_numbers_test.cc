// A random order has each number once, and is not the order it began with.
#include "model/base/random_numbers.h"

#include <gtest/gtest.h>

#include <vector>

namespace pi_ring {
namespace {

TEST(Permutation, GivesEveryIndexOnce) {
  for (const uint64_t size : {1U, 2U, 3U, 4U, 5U, 64U, 65U, 1000U, 4096U}) {
    const Permutation permutation(size, size * 7);
    std::vector<int> seen(size);
    for (uint64_t i = 0; i < size; ++i) ++seen.at(permutation.at(i));
    EXPECT_EQ(seen, std::vector<int>(size, 1)) << size;
  }
}

TEST(Permutation, LeavesFewInPlace) {
  const Permutation permutation(100000, 1);
  int in_place = 0;
  int beside_each_other = 0;
  for (uint64_t i = 0; i + 1 < 100000; ++i) {
    in_place += permutation.at(i) == i ? 1 : 0;
    beside_each_other += permutation.at(i) + 1 == permutation.at(i + 1) ? 1 : 0;
  }
  EXPECT_LT(in_place, 20);
  EXPECT_LT(beside_each_other, 20);
}

TEST(Permutation, WorksForManyBillions) {
  const uint64_t size = (uint64_t{1} << 50) + 3;
  const Permutation permutation(size, 9);
  EXPECT_LT(permutation.at(0), size);
  EXPECT_LT(permutation.at(size - 1), size);
  EXPECT_NE(permutation.at(0), permutation.at(1));
}

}  // namespace
}  // namespace pi_ring
