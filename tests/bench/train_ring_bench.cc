// Steps of training on a ring of processes with a thread each, against one
// process with that many threads, on the same sequences.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "model/folder/random_model.h"
#include "tests/bench/turns.h"
#include "userspace/ring/launch/process_ring.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/train_head.h"
#include "userspace/ring/train/train_rank.h"

namespace pi_ring {
namespace {

constexpr int kSequences = 8;  // a step, each a micro-batch
constexpr int kLength = 128;
constexpr int kTurns = 9;

TrainPlan plan_of(const std::string& shape, int ranks) {
  TrainPlan plan;
  plan.config = shape_of(shape);
  plan.cut = even_cut(plan.config.layers, ranks);
  plan.length = kLength;
  plan.micro_batches = kSequences;
  return plan;
}

class Trainer {
 public:
  Trainer(const std::string& shape, int ranks, int threads)
      : options_{.ranks = ranks, .rank = ranks - 1, .threads = threads},
        ring_(ranks,
              [this](int rank, Link& up, Link& down) {
                RankOptions options = options_;
                options.rank = rank;
                return run_train_rank(options, /*model=*/nullptr, up, down);
              }),
        head_(options_, plan_of(shape, ranks), /*model=*/nullptr,
              ranks > 1 ? &ring_.up() : nullptr,
              ranks > 1 ? &ring_.down() : nullptr) {
    for (int i = 0; i < kSequences * (kLength + 1); ++i) {
      tokens_.push_back(i * 7919 % head_.plan().config.vocab);
    }
    if (ranks > 1) head_.ask_for_memory();
    head_.begin();
  }
  ~Trainer() {
    if (options_.ranks == 1) return;
    ring_.up().close();
    ring_.down().close();
  }
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  void step() {
    benchmark::DoNotOptimize(head_.step(tokens_, ++steps_, 1e-3F, 1.0F).loss);
  }

 private:
  RankOptions options_;
  ProcessRing ring_;
  TrainHead head_;
  std::vector<int> tokens_;
  int64_t steps_ = 0;
};

void ring_against_one_process(benchmark::State& state,
                              const std::string& shape) {
  // It comes first, for it forks, which the other's threads would not survive.
  Trainer ring(shape, static_cast<int>(state.range(0)), 1);
  Trainer alone(shape, 1, static_cast<int>(state.range(1)));
  take_turns(
      state, kSequences * kLength, [&] { ring.step(); }, [&] { alone.step(); });
}

BENCHMARK_CAPTURE(ring_against_one_process, 15M, "15M")
    ->ArgNames({"ranks", "threads"})
    ->Args({4, 1})
    ->Args({4, 2})
    ->UseManualTime()
    ->Iterations(kTurns)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ring_against_one_process, 42M, "42M")
    ->ArgNames({"ranks", "threads"})
    ->Args({4, 2})
    ->UseManualTime()
    ->Iterations(kTurns)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pi_ring

BENCHMARK_MAIN();
