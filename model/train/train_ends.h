// Both ends of the model, on the head: the embedding, and the last norm and the
// classifier with the loss. One matrix serves both where the model ties them.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/architecture/config.h"
#include "model/math/pool.h"
#include "model/train/cross_entropy.h"
#include "model/train/parameter.h"
#include "model/train/train_norm.h"
#include "model/train/train_shape.h"

namespace pi_ring {

class TrainEnds {
 public:
  explicit TrainEnds(const TrainSetup& setup);

  // Embeddings, last norm, and classifier where it is not the embedding.
  std::vector<Parameter*> parameters();

  // Packs the values. Call it after they change.
  void refresh(const Pool& pool);

  // tokens [rows] -> x [rows, dim]. Throws std::out_of_range at a token past
  // the vocabulary.
  void embed(std::span<const int> tokens, float* x) const;

  // x [rows, dim] -> the sum of the rows' losses. x becomes its own gradient,
  // times `scale`; the parameters' gradients grow by theirs.
  double loss(const Pool& pool, std::span<const int> targets, float scale,
              float* x);
  // The sum alone, and nothing changes: the same to the bit.
  double loss_only(const Pool& pool, std::span<const int> targets,
                   const float* x);

  // Keeps the gradient that the first layer's backward gave: it is added to the
  // embedding's after the classifier's share.
  void keep_input_gradient(int micro_batch, std::span<const int> tokens,
                           const float* gradient);
  // Call it after all micro-batches of the step: adds what was kept, in their
  // order.
  void finish_gradients();

 private:
  bool is_scaled() const { return config_.architecture->scaled_embedding; }
  void check_tokens(std::span<const int> tokens) const;

  ModelConfig config_;
  int dim_;
  int vocab_;
  int rows_;    // of a micro-batch
  int length_;  // of a sequence
  Parameter embedding_;
  std::unique_ptr<Parameter> positions_;  // none where they are not learned
  TrainNorm norm_;
  std::unique_ptr<Parameter> classifier_;  // none where tied
  CrossEntropy cross_entropy_;
  FloatBuffer normed_;  // [rows, dim]
  FloatBuffer gradient_;
  std::vector<std::vector<int>> tokens_;  // [micro_batches][rows]
  FloatBuffer input_gradients_;           // [micro_batches, rows, dim]
};

}  // namespace pi_ring
