// A small model with everything a step of training takes, for the tests.
#pragma once

#include <memory>
#include <vector>

#include "model/architecture/cut.h"
#include "model/base/random_numbers.h"
#include "model/train/train_ends.h"
#include "model/train/train_stage.h"

namespace pi_ring {

class SmallTrainer {
 public:
  // Cut into stages for this many ranks.
  SmallTrainer(const ModelConfig& config, const TrainShape& shape,
               const Pool& pool, int ranks = 1)
      : config_(config),
        shape_(shape),
        pool_(pool),
        ends_({config, shape, pool.threads(), buffers_}) {
    const TrainSetup setup{config, shape, pool.threads(), buffers_};
    for (const Shard& shard : even_cut(config.layers, ranks)) {
      stages_.push_back(
          std::make_unique<TrainStage>(setup, shard.begin, shard.end));
    }
    RandomNumbers numbers(1);
    for (Parameter* parameter : parameters()) {
      const bool is_norm = parameter->shape.size() == 1;
      for (size_t i = 0; i < parameter->value.size(); ++i) {
        // Far from zero, so that attention has something to choose from.
        parameter->value.data()[i] =
            is_norm ? 1.0F + 0.1F * numbers.normal() : 0.3F * numbers.normal();
      }
    }
    refresh();
  }

  // The layers', then the ends'.
  std::vector<Parameter*> parameters() {
    std::vector<Parameter*> all;
    for (const auto& stage : stages_) {
      for (Parameter* parameter : stage->parameters()) all.push_back(parameter);
    }
    for (Parameter* parameter : ends_.parameters()) all.push_back(parameter);
    return all;
  }

  void refresh() {
    for (const auto& stage : stages_) stage->refresh(pool_);
    ends_.refresh(pool_);
  }

  // One sequence of the batch with the token after it.
  std::vector<int> sequence(int index) const {
    if (!given_.empty()) return given_.at(static_cast<size_t>(index));
    RandomNumbers numbers(static_cast<uint64_t>(index) + 7);
    std::vector<int> tokens(static_cast<size_t>(shape_.length) + 1);
    for (int& token : tokens) {
      token = static_cast<int>(numbers.next() %
                               static_cast<uint64_t>(config_.vocab));
    }
    return tokens;
  }

  // In place of the random ones.
  void set_sequences(std::vector<std::vector<int>> given) {
    given_ = std::move(given);
  }

  // Forward and backward of a whole step -> the mean loss.
  double step() {
    zero_gradients(parameters());
    double sum = 0.0;
    for (int i = 0; i < shape_.micro_batches; ++i) sum += micro_batch(i);
    ends_.finish_gradients();
    return sum / targets();
  }

  // What its buffers were said to take.
  size_t bytes() const { return buffers_.bytes(); }

  double targets() const {
    return static_cast<double>(shape_.rows() * shape_.micro_batches);
  }

 private:
  double micro_batch(int index) {
    std::vector<int> inputs;
    std::vector<int> expected;
    for (int i = 0; i < shape_.sequences; ++i) {
      const std::vector<int> tokens = sequence(index * shape_.sequences + i);
      inputs.insert(inputs.end(), tokens.begin(), tokens.end() - 1);
      expected.insert(expected.end(), tokens.begin() + 1, tokens.end());
    }
    FloatBuffer x(floats(shape_.rows(), config_.dim));
    ends_.embed(inputs, x.data());
    for (const auto& stage : stages_) stage->forward(pool_, 0, x.data());
    const double only = ends_.loss_only(pool_, expected, x.data());
    const double sum = ends_.loss(
        pool_, expected, static_cast<float>(1.0 / targets()), x.data());
    if (only != sum) throw std::logic_error("loss and loss_only differ");
    for (size_t i = stages_.size(); i-- > 0;) {
      stages_[i]->backward(pool_, 0, x.data());
    }
    ends_.keep_input_gradient(index, inputs, x.data());
    return sum;
  }

  ModelConfig config_;
  TrainShape shape_;
  const Pool& pool_;
  std::vector<std::vector<int>> given_;
  Buffers buffers_;
  TrainEnds ends_;
  std::vector<std::unique_ptr<TrainStage>> stages_;
};

}  // namespace pi_ring
