// One layer of the transformer with its backward: attention and feed-forward,
// each behind a norm, in some families also before one, and beside a residual.
#pragma once

#include <optional>
#include <vector>

#include "model/train/train_attention.h"
#include "model/train/train_feed_forward.h"
#include "model/train/train_norm.h"

namespace pi_ring {

// What forward keeps of one block besides its input.
struct BlockRecord {
  explicit BlockRecord(const TrainSetup& setup);

  AttentionRecord attention;
  FloatBuffer middle;  // [rows, dim]: between the two halves
  FloatBuffer lifted;  // [rows, lift_dim]
  // [rows, dim]: before the norms of what is added to the residual, if there
  // are any.
  FloatBuffer attention_out;
  FloatBuffer down_out;
};

// Buffers that a block works in; all blocks of a rank share one.
struct TrainSpace {
  explicit TrainSpace(const TrainSetup& setup);

  TrainAttentionSpace attention;
  ProjectionSpace products;
  FloatBuffer normed;     // [rows, dim]
  FloatBuffer change;     // [rows, dim or q_dim]: a gradient
  FloatBuffer branch;     // [rows, dim]: one that a norm has gone through
  FloatBuffer activated;  // [rows, hidden_dim]
};

class TrainBlock {
 public:
  TrainBlock(const TrainSetup& setup, int layer);

  std::vector<Parameter*> parameters();
  void refresh(const Pool& pool);

  // x [rows, dim] -> y [rows, dim], which may be x
  void forward(const Pool& pool, const Rope& rope, const float* x,
               BlockRecord& record, TrainSpace& space, float* y) const;
  // The same without the output: computes what backward needs.
  void record(const Pool& pool, const Rope& rope, const float* x,
              BlockRecord& record, TrainSpace& space) const;

  // Makes the gradient [rows, dim] of the output into that of the input, in
  // place, from the forward's x and record, which it overwrites.
  void backward(const Pool& pool, const Rope& rope, const float* x,
                BlockRecord& record, TrainSpace& space, float* gradient);

 private:
  const float* branch_gradient(const Pool& pool, std::optional<TrainNorm>& norm,
                               const FloatBuffer& before, const float* gradient,
                               TrainSpace& space) const;

  int rows_;
  size_t size_;  // of x
  TrainNorm attention_norm_;
  TrainAttention attention_;
  std::optional<TrainNorm> attention_out_norm_;
  TrainNorm feed_forward_norm_;
  TrainFeedForward feed_forward_;
  std::optional<TrainNorm> down_norm_;
};

}  // namespace pi_ring
