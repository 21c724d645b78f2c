// A cache takes memory as it is filled, and drops what no later token sees.
#include "model/layers/kv_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bad_input_of.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

constexpr int kWindow = 70;

// Layer 0 sees all, layer 1 a window.
ModelConfig windowed_config() {
  ModelConfig config;
  config.name = "windowed";
  config.dim = 64;
  config.layers = 2;
  config.heads = 2;
  config.kv_heads = 2;
  config.context = 1 << 24;
  config.window = kWindow;
  config.windowed = {false, true};
  return config;
}

// The key or value of a head at a position.
std::vector<float> vector_at(int head, int position, float factor) {
  std::vector<float> vector(32);
  for (size_t i = 0; i < vector.size(); ++i) {
    vector[i] = factor * static_cast<float>((position + 3 * head) % 11) +
                static_cast<float>(i);
  }
  return vector;
}

void fill(KvCache& cache, int position, int rows) {
  cache.make_room(position, rows);
  for (int row = position; row < position + rows; ++row) {
    for (int head = 0; head < 2; ++head) {
      cache.store(head, row, vector_at(head, row, 1.0F).data(),
                  vector_at(head, row, 2.0F).data());
    }
  }
}

class KvCacheTest : public testing::Test {
 protected:
  const ModelConfig config_ = windowed_config();
  const size_t page_ = size_t{2} * 2 * 32 * KvCache::kPage * sizeof(float);
};

TEST_F(KvCacheTest, TakesMemoryAsItIsFilledHoweverLongTheContext) {
  KvCache cache(config_, 0, DType::F32);
  EXPECT_EQ(cache.bytes(), 0U);
  fill(cache, 0, 1);
  EXPECT_EQ(cache.bytes(), page_);
  for (int position = 1; position < 200; ++position) fill(cache, position, 1);
  EXPECT_EQ(cache.bytes(), 7 * page_);
  EXPECT_EQ(KvCache::bytes(config_, 0, DType::F32, 200), 7 * page_);
  fill(cache, 0, 5);  // the next text
  EXPECT_EQ(cache.bytes(), page_);
}

TEST_F(KvCacheTest, TakesLessMemoryForHalvesAndBlocks) {
  const auto bytes = [&](DType type) {
    return KvCache::bytes(config_, 0, type, 320);
  };
  EXPECT_EQ(bytes(DType::F16), bytes(DType::F32) / 2);
  EXPECT_EQ(bytes(DType::Q8_0), bytes(DType::F32) / 128 * 34);
}

TEST_F(KvCacheTest, HoldsOfAWindowWhatLaterTokensSee) {
  const size_t most = KvCache::bytes(config_, 1, DType::F32, 1 << 20);
  EXPECT_EQ(most, 5 * page_);
  for (const int rows : {1, 7, 32}) {
    KvCache cache(config_, 1, DType::F32);
    for (int position = 0; position < 700; position += rows) {
      fill(cache, position, rows);
      ASSERT_LE(cache.bytes(), most);
    }
  }
}

TEST_F(KvCacheTest, ComputesTheSameBitsWithPagesDroppedAsWithAll) {
  KvCache whole(config_, 0, DType::F32);
  KvCache window(config_, 1, DType::F32);
  const std::vector<float> query = vector_at(0, 5, 0.1F);
  for (int position = 0; position < 500; ++position) {
    fill(whole, position, 1);
    fill(window, position, 1);
    const int first = config_.first_seen(1, position);
    const int seen = position + 1 - first;
    for (int head = 0; head < 2; ++head) {
      std::vector<float> expected(static_cast<size_t>(seen));
      std::vector<float> scores(expected.size());
      whole.dots(head, first, seen, query.data(), 0.01F, expected.data());
      window.dots(head, first, seen, query.data(), 0.01F, scores.data());
      ASSERT_EQ(scores, expected) << "at " << position;
      std::vector<float> expected_sum(32);
      std::vector<float> sum(32);
      whole.weighted_sum(head, first, seen, scores.data(), expected_sum.data());
      window.weighted_sum(head, first, seen, scores.data(), sum.data());
      ASSERT_EQ(sum, expected_sum) << "at " << position;
    }
  }
}

TEST_F(KvCacheTest, GoesOnOnlyWhereWhatIsSeenIsKept) {
  KvCache cache(config_, 1, DType::F32);
  EXPECT_TRUE(cache.can_go_on_at(0));
  EXPECT_FALSE(cache.can_go_on_at(1));
  EXPECT_THROW(cache.make_room(1, 1), std::logic_error);
  for (int position = 0; position < 320; position += 32) {
    fill(cache, position, 32);
  }
  EXPECT_TRUE(cache.can_go_on_at(320));
  EXPECT_TRUE(cache.can_go_on_at(290));
  EXPECT_FALSE(cache.can_go_on_at(200));
  EXPECT_FALSE(cache.can_go_on_at(1));
  EXPECT_TRUE(cache.can_go_on_at(0));
  fill(cache, 0, 1);
  EXPECT_EQ(cache.bytes(), page_);
  EXPECT_FALSE(cache.can_go_on_at(290));
}

TEST_F(KvCacheTest, RefusesHeadsThatAreNotWholeBlocks) {
  ModelConfig config = windowed_config();
  config.head_width = 48;
  EXPECT_THAT(bad_input_of([&] { check_cache_type(config, DType::Q8_0); }),
              HasSubstr("q8_0"));
  EXPECT_THAT(bad_input_of([&] { KvCache(config, 0, DType::Q8_0); }),
              HasSubstr("whose heads have 48"));
  EXPECT_NO_THROW(check_cache_type(config, DType::F16));
}

}  // namespace
}  // namespace pi_ring
