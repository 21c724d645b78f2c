// Where the model ties the two ends, one matrix serves both.
#include "model/train/train_ends.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "model/layers/embedding.h"
#include "model/math/simd.h"

namespace pi_ring {
namespace {

std::unique_ptr<Parameter> positions_of(const TrainSetup& setup) {
  auto tensor = find_tensor(setup.config, Role::kPositionEmbedding);
  if (!tensor) return nullptr;
  return std::make_unique<Parameter>(*std::move(tensor), setup.buffers);
}

}  // namespace

TrainEnds::TrainEnds(const TrainSetup& setup)
    : config_(setup.config),
      dim_(setup.config.dim),
      vocab_(setup.config.vocab),
      rows_(setup.shape.rows()),
      length_(setup.shape.length),
      embedding_(tensor_of(setup.config, Role::kEmbedding), setup.buffers),
      positions_(positions_of(setup)),
      norm_(setup, Role::kLastNorm, 0, rows_),
      classifier_(setup.config.tied
                      ? nullptr
                      : std::make_unique<Parameter>(classifier_of(setup.config),
                                                    setup.buffers)),
      cross_entropy_(classifier_ == nullptr ? embedding_ : *classifier_, setup),
      normed_(setup.buffers.take(floats(rows_, dim_))),
      gradient_(setup.buffers.take(normed_.size())),
      tokens_(floats(setup.shape.micro_batches)),
      input_gradients_(
          setup.buffers.take(tokens_.size() * floats(rows_, dim_))) {
  setup.buffers.count(tokens_.size() * floats(rows_) * sizeof(int));
}

std::vector<Parameter*> TrainEnds::parameters() {
  std::vector<Parameter*> all = {&embedding_};
  if (positions_ != nullptr) all.push_back(positions_.get());
  norm_.append_parameters(all);
  if (classifier_ != nullptr) all.push_back(classifier_.get());
  return all;
}

void TrainEnds::refresh(const Pool& pool) {
  norm_.refresh();
  cross_entropy_.refresh(pool);
}

void TrainEnds::check_tokens(std::span<const int> tokens) const {
  if (tokens.size() != floats(rows_)) {
    throw std::invalid_argument(std::to_string(tokens.size()) +
                                " tokens for a micro-batch of " +
                                std::to_string(rows_));
  }
  for (const int token : tokens) {
    if (token < 0 || token >= vocab_) {
      throw std::out_of_range("token " + std::to_string(token) +
                              " is past the vocabulary of " +
                              std::to_string(vocab_));
    }
  }
}

void TrainEnds::embed(std::span<const int> tokens, float* x) const {
  check_tokens(tokens);
  for (size_t i = 0; i < tokens.size(); ++i, x += dim_) {
    std::copy_n(embedding_.value.data() + floats(tokens[i], dim_), dim_, x);
    if (is_scaled()) scale_embedding(config_, x);
    if (positions_ == nullptr) continue;
    const size_t position = i % floats(length_);
    simd::add(positions_->value.data() + position * floats(dim_), x,
              floats(dim_));
  }
}

double TrainEnds::loss(const Pool& pool, std::span<const int> targets,
                       float scale, float* x) {
  check_tokens(targets);
  norm_.forward(pool, rows_, x, normed_.data());
  const double sum = cross_entropy_.backward(pool, targets, scale,
                                             normed_.data(), normed_.data());
  std::copy_n(x, gradient_.size(), gradient_.data());
  std::fill_n(x, gradient_.size(), 0.0F);
  norm_.backward(pool, rows_, gradient_.data(), normed_.data(), x);
  return sum;
}

double TrainEnds::loss_only(const Pool& pool, std::span<const int> targets,
                            const float* x) {
  check_tokens(targets);
  norm_.forward(pool, rows_, x, normed_.data());
  return cross_entropy_.forward(pool, targets, normed_.data());
}

void TrainEnds::keep_input_gradient(int micro_batch,
                                    std::span<const int> tokens,
                                    const float* gradient) {
  check_tokens(tokens);
  tokens_.at(static_cast<size_t>(micro_batch))
      .assign(tokens.begin(), tokens.end());
  const size_t size = floats(rows_, dim_);
  std::copy_n(gradient, size,
              input_gradients_.data() + floats(micro_batch) * size);
}

void TrainEnds::finish_gradients() {
  const size_t dim = floats(dim_);
  float* gradient = input_gradients_.data();
  for (const std::vector<int>& tokens : tokens_) {
    for (size_t i = 0; i < tokens.size(); ++i, gradient += dim) {
      if (positions_ != nullptr) {
        simd::add(gradient,
                  positions_->gradient.data() + i % floats(length_) * dim, dim);
      }
      if (is_scaled()) scale_embedding(config_, gradient);
      simd::add(gradient, embedding_.gradient.data() + floats(tokens[i], dim_),
                dim);
    }
  }
}

}  // namespace pi_ring
