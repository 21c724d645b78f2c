// Decoding, one token after the other: our forward pass against plain loops,
// and a ring of processes against one.
#include <benchmark/benchmark.h>
#include <omp.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "model/folder/random_model.h"
#include "tests/bench/plain_loops.h"
#include "tests/bench/turns.h"
#include "userspace/ring/launch/process_ring.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/text_rank.h"

namespace pi_ring {
namespace {

constexpr int kTokensATurn = 16;
constexpr int kTurns = 40;

// A model of random weights, made at its first use and removed at the end.
class RandomModel {
 public:
  explicit RandomModel(const std::string& shape) {
    std::string name =
        (std::filesystem::temp_directory_path() / "decode_bench.XXXXXX")
            .string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("cannot make " + name);
    }
    folder_ = name;
    write_random_model(shape_of(shape), 1, DType::F32, folder_);
  }
  ~RandomModel() { std::filesystem::remove_all(folder_); }
  RandomModel(const RandomModel&) = delete;
  RandomModel& operator=(const RandomModel&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

// A ring that decodes the same few tokens over and over.
class Decoder {
 public:
  Decoder(const std::filesystem::path& model, int ranks, int threads)
      : model_(model),
        cut_(model_.cut_for(ranks)),
        options_{.ranks = ranks, .rank = ranks - 1, .threads = threads},
        ring_(ranks,
              [this](int rank, Link& up, Link& down) {
                RankOptions options = options_;
                options.rank = rank;
                const Weights weights(model_,
                                      cut_.at(static_cast<size_t>(rank)));
                return run_text_rank(options, weights, up, down);
              }),
        weights_(model_, cut_.back()),
        head_(options_, weights_, ranks > 1 ? &ring_.up() : nullptr,
              ranks > 1 ? &ring_.down() : nullptr) {
    head_.greet();
  }

  void turn() {
    for (int position = 0; position < kTokensATurn; ++position) {
      const int token = 1 + position;
      benchmark::DoNotOptimize(head_.forward({&token, 1}, position).data());
    }
  }

 private:
  ModelFolder model_;
  Cut cut_;
  RankOptions options_;
  ProcessRing ring_;
  Weights weights_;
  Head head_;
};

void decode_against_plain_loops(benchmark::State& state,
                                const std::string& shape) {
  const auto threads = static_cast<int>(state.range(0));
  const RandomModel model(shape);
  Decoder decoder(model.folder(), 1, threads);
  PlainLoops loops(shape_of(shape));
  omp_set_num_threads(threads);
  take_turns(
      state, kTokensATurn, [&] { decoder.turn(); },
      [&] {
        for (int i = 0; i < kTokensATurn; ++i) {
          benchmark::DoNotOptimize(loops.token());
        }
      });
}

void ring_against_one_process(benchmark::State& state,
                              const std::string& shape) {
  const auto ranks = static_cast<int>(state.range(0));
  const RandomModel model(shape);
  Decoder ring(model.folder(), ranks, 1);
  Decoder alone(model.folder(), 1, 1);
  take_turns(
      state, kTokensATurn, [&] { ring.turn(); }, [&] { alone.turn(); });
}

// The ring comes first: it forks, which OpenMP's threads would not survive.
BENCHMARK_CAPTURE(ring_against_one_process, 15M, "15M")
    ->Arg(4)
    ->UseManualTime()
    ->Iterations(kTurns)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ring_against_one_process, 42M, "42M")
    ->Arg(4)
    ->UseManualTime()
    ->Iterations(kTurns)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode_against_plain_loops, 15M, "15M")
    ->Arg(1)
    ->Arg(2)
    ->UseManualTime()
    ->Iterations(kTurns)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pi_ring

BENCHMARK_MAIN();
