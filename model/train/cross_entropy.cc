// Logits, softmax, loss and their backward, a few rows at a time.
#include "model/train/cross_entropy.h"

#include <algorithm>

#include "model/math/tile_product.h"

namespace pi_ring {
namespace {

// Each time, the gradient of the whole matrix is read and written once, so
// there are not too few. The number is fixed, for it sets the order of that
// gradient's sums.
constexpr int kLossRows = 128;

int rows_at_once(int max_rows) { return std::min(kLossRows, max_rows); }

}  // namespace

CrossEntropy::CrossEntropy(Parameter& matrix, const TrainSetup& setup)
    : projection_({&matrix}, setup.threads, setup.buffers),
      space_(projection_.inputs(), setup.threads, setup.buffers),
      logits_(setup.buffers.take(
          floats(rows_at_once(setup.shape.rows()), projection_.outputs()))),
      losses_(setup.buffers.take(floats(rows_at_once(setup.shape.rows())))),
      change_(setup.buffers.take(
          floats(rows_at_once(setup.shape.rows()), projection_.inputs()))) {}

// Some rows' losses; leaves their logits' gradient times scale.
double CrossEntropy::logits(const Pool& pool, std::span<const int> targets,
                            float scale, const float* x) {
  const int rows = static_cast<int>(targets.size());
  const size_t vocab = floats(projection_.outputs());
  projection_.forward(pool, rows, x, logits_.data());
  pool.each(targets.size(), [&](size_t row) {
    losses_.data()[row] =
        simd::cross_entropy(scale, static_cast<size_t>(targets[row]),
                            logits_.data() + row * vocab, vocab);
  });
  double sum = 0.0;
  for (size_t row = 0; row < targets.size(); ++row) {
    sum += static_cast<double>(losses_.data()[row]);
  }
  return sum;
}

double CrossEntropy::forward(const Pool& pool, std::span<const int> targets,
                             const float* x) {
  double sum = 0.0;
  while (!targets.empty()) {
    const size_t rows = std::min<size_t>(kLossRows, targets.size());
    sum += logits(pool, targets.first(rows), 1.0F, x);
    x += rows * floats(projection_.inputs());
    targets = targets.subspan(rows);
  }
  return sum;
}

double CrossEntropy::backward(const Pool& pool, std::span<const int> targets,
                              float scale, const float* x, float* dx) {
  double sum = 0.0;
  while (!targets.empty()) {
    const size_t count = std::min<size_t>(kLossRows, targets.size());
    const int rows = static_cast<int>(count);
    const size_t size = floats(rows, projection_.inputs());
    sum += logits(pool, targets.first(count), scale, x);
    projection_.backward_weights(pool, rows, logits_.data(), x, space_);
    projection_.backward_input(pool, rows, logits_.data(), change_.data(),
                               space_);
    std::copy_n(change_.data(), size, dx);
    x += size;
    dx += size;
    targets = targets.subspan(count);
  }
  return sum;
}

}  // namespace pi_ring
