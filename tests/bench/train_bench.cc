// Whole steps of training in one process: forward, backward, clipping, AdamW.
// tests/reference/train_torch.py --speed measures PyTorch at the same.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "model/folder/random_model.h"
#include "model/train/adamw.h"
#include "model/train/initialize.h"
#include "model/train/train_ends.h"
#include "model/train/train_stage.h"

namespace pi_ring {
namespace {

class Trainer {
 public:
  Trainer(const ModelConfig& config, const TrainShape& shape, const Pool& pool)
      : shape_(shape),
        pool_(pool),
        stage_({config, shape, pool.threads(), buffers_}, 0, config.layers),
        ends_({config, shape, pool.threads(), buffers_}),
        all_(stage_.parameters()),
        x_(floats(shape.rows(), config.dim)) {
    for (Parameter* parameter : ends_.parameters()) all_.push_back(parameter);
    for (Parameter* parameter : all_) initialize(config, 1, *parameter);
    for (int i = 0; i < shape.rows(); ++i) {
      tokens_.push_back(i * 7919 % config.vocab);
    }
    refresh();
  }

  double step() {
    zero_gradients(all_);
    ends_.embed(tokens_, x_.data());
    stage_.forward(pool_, 0, x_.data());
    const double loss = ends_.loss(
        pool_, tokens_, 1.0F / static_cast<float>(shape_.rows()), x_.data());
    stage_.backward(pool_, 0, x_.data());
    ends_.keep_input_gradient(0, tokens_, x_.data());
    ends_.finish_gradients();
    const float scale = clip_scale(add_squares(0.0, all_), 1.0F);
    AdamW({}).update(pool_, all_, 1e-3F, scale, ++steps_);
    refresh();
    return loss;
  }

 private:
  void refresh() {
    stage_.refresh(pool_);
    ends_.refresh(pool_);
  }

  TrainShape shape_;
  const Pool& pool_;
  Buffers buffers_;
  TrainStage stage_;
  TrainEnds ends_;
  std::vector<Parameter*> all_;
  FloatBuffer x_;
  std::vector<int> tokens_;
  int64_t steps_ = 0;
};

void train(benchmark::State& state, const std::string& shape) {
  const Pool pool(static_cast<int>(state.range(0)));
  const TrainShape batch{.sequences = 4, .length = 256};
  Trainer trainer(shape_of(shape), batch, pool);
  trainer.step();
  for (auto _ : state) benchmark::DoNotOptimize(trainer.step());
  state.SetItemsProcessed(state.iterations() * batch.rows());
}

BENCHMARK_CAPTURE(train, 15M, "15M")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(train, 260K, "260K")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pi_ring

BENCHMARK_MAIN();
