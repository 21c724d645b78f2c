// Rings of threads: every cut computes what one process computes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <cmath>
#include <numeric>

#include "model/base/bad_input.h"
#include "model/folder/random_model.h"
#include "model/folder/shard.h"
#include "tests/file_text.h"
#include "tests/model/folder/opened_model.h"
#include "tests/reference/naive_llama.h"
#include "tests/sanitized.h"
#include "tests/temporary_folder.h"
#include "tests/userspace/ring/text/thread_ring.h"
#include "userspace/ring/launch/process_ring.h"
#include "userspace/ring/message/hello.h"
#include "userspace/ring/message/message.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/text_rank.h"

namespace pi_ring {
namespace {

using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::ThrowsMessage;

ModelConfig small_config() {
  ModelConfig config;
  config.name = "small";
  config.dim = 48;
  config.hidden_dim = 100;
  config.layers = 5;
  config.heads = 6;
  config.kv_heads = 2;
  config.vocab = 331;
  config.context = 128;
  return config;
}

// The same with heads of whole blocks.
ModelConfig config_of_blocks() {
  ModelConfig config = small_config();
  config.dim = 64;
  config.heads = 2;
  config.kv_heads = 1;
  return config;
}

// Tokens of many values.
std::vector<int> some_tokens(size_t count) {
  std::vector<int> tokens(count);
  for (size_t i = 0; i < count; ++i) {
    tokens[i] = static_cast<int>((i * i * 31 + 7 * i + 1) % 331);
  }
  return tokens;
}

class RingTest : public testing::Test {
 protected:
  RingTest() { write_random_model(small_config(), 1, DType::F32, model_); }

  // Returns the logits after a prompt, and after each of some further tokens.
  std::vector<float> run(
      int ranks, int threads, RowFormat format = RowFormat::kF32,
      ThreadRing::Carrier carrier = ThreadRing::Carrier::kMemory,
      DType cache_type = DType::F32) const {
    constexpr size_t kPrompt = 70;
    ThreadRing ring({model_}, ranks, threads, format, carrier, cache_type);
    Head head = ring.head();
    head.greet();
    const std::vector<int> tokens = some_tokens(kPrompt + 5);
    std::vector<float> all;
    const auto keep = [&](std::span<const float> logits) {
      all.insert(all.end(), logits.begin(), logits.end());
    };
    keep(head.forward(std::span(tokens).first(kPrompt), 0));
    for (size_t i = kPrompt; i < tokens.size(); ++i) {
      keep(head.forward({&tokens[i], 1}, static_cast<int>(i)));
    }
    return all;
  }

  std::vector<float> run_with(int ranks, int threads, DType type) const {
    return run(ranks, threads, RowFormat::kF32, ThreadRing::Carrier::kMemory,
               type);
  }

  TemporaryFolder folder_;
  std::filesystem::path model_ = folder_.path() / "small";
};

TEST_F(RingTest, LogitsAreBitIdenticalForEveryCutAndThreadCount) {
  const std::vector<float> alone = run(1, 1);
  for (int ranks = 1; ranks <= small_config().layers + 1; ++ranks) {
    for (const int threads : {1, 2, 3}) {
      EXPECT_THAT(run(ranks, threads), ElementsAreArray(alone))
          << ranks << " ranks of " << threads << " threads";
    }
  }
}

TEST_F(RingTest, RoundedActivationsComeToTheSameOverEveryKindOfMemory) {
  const std::vector<float> alone = run(1, 1);
  for (const RowFormat format : {RowFormat::kF16, RowFormat::kQ8}) {
    EXPECT_THAT(run(1, 1, format), ElementsAreArray(alone)) << "without a hop";
    for (const int ranks : {2, 4}) {
      const std::vector<float> rounded = run(ranks, 1, format);
      EXPECT_THAT(run(ranks, 2, format, ThreadRing::Carrier::kSharedMemory),
                  ElementsAreArray(rounded));
      EXPECT_NE(rounded, alone);
      for (size_t i = 0; i < alone.size(); ++i) {
        ASSERT_NEAR(rounded[i], alone[i],
                    format == RowFormat::kF16 ? 1e-3 : 1e-1);
      }
    }
  }
}

TEST_F(RingTest, ARoundedCacheGivesTheSameBitsOnEveryRing) {
  write_random_model(config_of_blocks(), 1, DType::F32, model_);
  for (const DType type : {DType::F16, DType::Q8_0}) {
    const std::vector<float> alone = run_with(1, 1, type);
    EXPECT_NE(alone, run_with(1, 1, DType::F32));
    for (const int ranks : {2, 4}) {
      EXPECT_THAT(run_with(ranks, 2, type), ElementsAreArray(alone))
          << name_of(type) << ", " << ranks << " ranks";
    }
  }
}

TEST_F(RingTest, ARoundedCacheIsNearTheTextbook) {
  write_random_model(config_of_blocks(), 1, DType::F32, model_);
  const std::vector<int> tokens = some_tokens(100);
  const std::vector<double> expected = NaiveLlama(model_).logits(tokens);
  for (const auto& [type, tolerance] :
       {std::pair(DType::F32, 1e-5), std::pair(DType::F16, 1e-3),
        std::pair(DType::Q8_0, 1e-2)}) {
    ThreadRing ring({model_}, 2, 1, RowFormat::kF32,
                    ThreadRing::Carrier::kMemory, type);
    Head head = ring.head();
    head.greet();
    const std::span<const float> logits = head.forward(tokens, 0);
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(logits[i], expected[i], tolerance) << name_of(type);
    }
  }
}

TEST_F(RingTest, ACacheThatDoesNotFitTheModelIsRefused) {
  ThreadRing ring({model_}, 2, 1, RowFormat::kF32, ThreadRing::Carrier::kMemory,
                  DType::Q8_0);
  EXPECT_THAT([&] { Head head = ring.head(); },
              ThrowsMessage<BadInput>(HasSubstr("q8_0")));
  // A rank does not rely on its head.
  const Hello greeting = hello_of(open_weights(model_, 2, 1), DType::Q8_0);
  send_message(ring.down_of(1), hello_header(), encode(greeting), kForever);
  const Header answer = receive_header(ring.up_of(1), kForever);
  EXPECT_EQ(answer.kind, Kind::kError);
  EXPECT_THAT(text_of(receive_payload(ring.up_of(1), answer, kForever)),
              HasSubstr("whose heads have 8"));
}

TEST_F(RingTest, LogitsAreThoseOfTheTextbook) {
  const NaiveLlama naive(model_);
  for (const size_t length : {1, 2, 31, 32, 33, 70}) {
    ThreadRing ring({model_}, 3);
    Head head = ring.head();
    head.greet();
    const std::vector<int> tokens = some_tokens(length);
    const std::vector<double> expected = naive.logits(tokens);
    const std::span<const float> logits = head.forward(tokens, 0);
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(logits[i], expected[i], 1e-5) << "token " << i;
    }
  }
}

TEST_F(RingTest, APromptInChunksIsAPromptTokenByToken) {
  const std::vector<int> tokens = some_tokens(100);
  ThreadRing ring({model_}, 3);
  Head head = ring.head();
  head.greet();
  const auto chunked = head.forward(tokens, 0);
  const std::vector<float> in_chunks(chunked.begin(), chunked.end());
  std::span<const float> one_by_one;
  for (size_t i = 0; i < tokens.size(); ++i) {
    one_by_one = head.forward({&tokens[i], 1}, static_cast<int>(i));
  }
  for (size_t i = 0; i < in_chunks.size(); ++i) {
    EXPECT_NEAR(one_by_one[i], in_chunks[i], 1e-4);
  }
  EXPECT_EQ(std::ranges::max_element(one_by_one) - one_by_one.begin(),
            std::ranges::max_element(in_chunks) - in_chunks.begin());
}

TEST_F(RingTest, APromptOfManyMoreChunksThanRanksDoesNotDeadlock) {
  ModelConfig config = small_config();
  config.context = 1024;
  const auto model = folder_.path() / "long";
  write_random_model(config, 2, DType::F32, model);
  ThreadRing ring({model}, 2);
  Head head = ring.head();
  head.greet();
  const auto logits =
      head.forward(some_tokens(static_cast<size_t>(config.context)), 0);
  EXPECT_TRUE(
      std::ranges::all_of(logits, [](float x) { return std::isfinite(x); }));
}

TEST_F(RingTest, ShardsOnDiskComputeWhatTheWholeModelDoes) {
  const std::vector<float> alone = run(1, 1);
  const auto shards = folder_.path() / "shards";
  write_shards(model_, 3, shards);
  model_ = shards;
  EXPECT_THAT(run(3, 1), ElementsAreArray(alone));
}

TEST_F(RingTest, AnUnevenCutComputesWhatTheWholeModelDoes) {
  const std::vector<float> alone = run(1, 1);
  const auto shards = folder_.path() / "shards";
  const Cut uneven = {{.rank = 0, .ranks = 3, .begin = 0, .end = 1},
                      {.rank = 1, .ranks = 3, .begin = 1, .end = 5},
                      {.rank = 2, .ranks = 3, .begin = 5, .end = 5}};
  write_shards(ModelFolder(model_), uneven, shards);
  model_ = shards;
  EXPECT_THAT(run(3, 1), ElementsAreArray(alone));
}

TEST_F(RingTest, AShardOfAnotherModelIsRefusedByName) {
  const auto other = folder_.path() / "other";
  write_random_model(small_config(), 2, DType::F32, other);
  ThreadRing ring({model_, other, model_}, 3);
  Head head = ring.head();
  EXPECT_THAT([&] { head.greet(); },
              ThrowsMessage<RingError>(AllOf(HasSubstr("rank 1 holds layers"),
                                             HasSubstr("different models"))));
}

TEST_F(RingTest, ARankThatCannotLoadTellsTheHeadWhy) {
  const auto damaged = folder_.path() / "damaged";
  write_random_model(small_config(), 1, DType::F32, damaged);
  // NaNs in the last layer, which stands before the last norm.
  std::string bytes = file_text(damaged / "model.safetensors");
  bytes.replace(bytes.size() - 1000, 400, 400, '\xff');
  write_file_text(damaged / "model.safetensors", bytes);
  ThreadRing ring({model_, damaged, model_}, 3);
  Head head = ring.head();
  EXPECT_THAT(
      [&] { head.greet(); },
      ThrowsMessage<RingError>(AllOf(HasSubstr("damaged"), HasSubstr("NaN"))));
}

TEST_F(RingTest, AMessageOutOfOrderIsRefused) {
  ThreadRing ring({model_}, 2);
  Head head = ring.head();
  head.greet();
  const std::vector<float> row(48);
  send_message(ring.down_of(1),
               {.kind = Kind::kForward,
                .format = RowFormat::kF32,
                .rows = 1,
                .width = 48,
                .sequence = 5},
               std::as_bytes(std::span(row)), kForever);
  const std::vector<int> tokens = some_tokens(1);
  EXPECT_THAT([&] { head.forward(tokens, 0); },
              ThrowsMessage<RingError>(HasSubstr("out of order")));
}

TEST_F(RingTest, AClosedLinkEndsTheRun) {
  ThreadRing ring({model_}, 3);
  Head head = ring.head();
  head.greet();
  ring.down_of(1).close();
  const std::vector<int> tokens = some_tokens(1);
  EXPECT_THROW(head.forward(tokens, 0), LinkError);
}

TEST_F(RingTest, EveryRankReportsItsFigures) {
  ThreadRing ring({model_}, 3);
  Head head = ring.head();
  head.greet();
  head.forward(some_tokens(40), 0);
  const std::vector<RankStats> table = head.stats();
  ASSERT_EQ(table.size(), 3U);
  const Weights whole = open_weights(model_, 1, 0);
  uint64_t shards = 0;
  for (const RankStats& stats : table) {
    EXPECT_GT(stats.compute_ns, 0U);
    EXPECT_GT(stats.resident_bytes, 0U);
    shards += stats.shard_bytes;
  }
  EXPECT_EQ(shards, whole.bytes());
  // 40 rows of 48 floats in two chunks, and their headers; the last rank passes
  // on only one row. The greeting is counted too.
  EXPECT_GE(table[0].sent_bytes, 40U * 48 * 4 + 2 * kHeaderBytes);
  EXPECT_LT(table[1].sent_bytes, 1000U);
  // Three layers keep two pages.
  EXPECT_EQ(table[0].cache_bytes, 3U * 2 * KvCache::kPage * 2 * 16 * 4);
}

TEST_F(RingTest, PackedRowsAreFewerBytesOnEveryHop) {
  const auto sent = [&](RowFormat format) {
    ThreadRing ring({model_}, 3, 1, format);
    Head head = ring.head();
    head.greet();
    head.forward(some_tokens(40), 0);
    std::vector<uint64_t> bytes;
    for (const RankStats& stats : head.stats()) {
      bytes.push_back(stats.sent_bytes);
    }
    return bytes;
  };
  const auto f32 = sent(RowFormat::kF32);
  const auto q8 = sent(RowFormat::kQ8);
  // 48 values are two blocks. The last rank passes on a row, the others 40.
  constexpr uint64_t kSpared = 48 * 4 - (48 + 2 * 2);
  EXPECT_EQ(f32[0] - q8[0], 40 * kSpared);
  EXPECT_EQ(f32[1] - q8[1], kSpared);
  EXPECT_EQ(f32[2] - q8[2], 40 * kSpared);
}

cpu_set_t processors_of(pid_t process) {
  cpu_set_t processors;
  EXPECT_EQ(sched_getaffinity(process, sizeof processors, &processors), 0);
  return processors;
}

TEST_F(RingTest, RanksShareAProcessorForATokenAndNotForAPrompt) {
  const int ranks = 3;
  RankOptions options{.ranks = ranks, .threads = 1};
  std::vector<Weights> weights;
  weights.reserve(ranks);
  for (int rank = 0; rank < ranks; ++rank) {
    weights.push_back(open_weights(model_, ranks, rank));
  }
  ProcessRing ring(ranks, [&](int rank, Link& up, Link& down) {
    options.rank = rank;
    return run_text_rank(options, weights[static_cast<size_t>(rank)], up, down);
  });
  options.rank = ranks - 1;
  Head head(options, weights.back(), &ring.up(), &ring.down());
  head.greet();
  const auto expect_processors = [&](const cpu_set_t& expected) {
    for (int rank = 0; rank < ranks - 1; ++rank) {
      const cpu_set_t processors = processors_of(ring.process(rank));
      EXPECT_TRUE(CPU_EQUAL(&processors, &expected)) << "rank " << rank;
    }
  };
  const cpu_set_t all = processors_of(0);
  const std::vector<int> tokens = some_tokens(70);
  // After the first token all ranks have found the shared processor.
  for (int i = 0; i < 2; ++i) head.forward({&tokens[i], 1}, i);
  const cpu_set_t shared = processors_of(0);
  EXPECT_EQ(CPU_COUNT(&shared), 1);
  expect_processors(shared);
  head.forward(tokens, 0);
  const cpu_set_t spread = processors_of(0);
  EXPECT_TRUE(CPU_EQUAL(&spread, &all));
  expect_processors(all);
}

}  // namespace
}  // namespace pi_ring
