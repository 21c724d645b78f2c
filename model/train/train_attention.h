// Causal self-attention of whole sequences with grouped queries, with its
// backward.
#pragma once

#include <optional>
#include <vector>

#include "model/architecture/config.h"
#include "model/layers/rope.h"
#include "model/math/float_buffer.h"
#include "model/math/pool.h"
#include "model/train/train_affine.h"
#include "model/train/train_head_norm.h"
#include "model/train/train_shape.h"

namespace pi_ring {

// What forward keeps of one layer. The probabilities, which grow with the
// square of the length, are not: backward computes them again.
struct AttentionRecord {
  explicit AttentionRecord(const TrainSetup& setup);

  FloatBuffer qkv;       // [rows, qkv_dim], queries and keys rotated
  FloatBuffer attended;  // [rows, q_dim]
  FloatBuffer log_sums;  // [heads, rows]: of a query's exponentials
  // [rows, q_dim] and [rows, kv_dim]: before their norms, if there are any.
  FloatBuffer queries;
  FloatBuffer keys;
};

// Buffers of the threads; all layers of a rank share one.
struct TrainAttentionSpace {
  explicit TrainAttentionSpace(const TrainSetup& setup);

  FloatBuffer scratch;  // [threads], each what a task needs
  // [rows, q_dim]: for the norms of queries and keys, if there are any.
  FloatBuffer heads;
  FloatBuffer more_heads;
};

class TrainAttention {
 public:
  TrainAttention(const TrainSetup& setup, int layer);

  void append_parameters(std::vector<Parameter*>& all);
  void refresh(const Pool& pool);

  // x [rows, dim] -> y [rows, dim]
  void forward(const Pool& pool, const Rope& rope, const float* x,
               AttentionRecord& record, TrainAttentionSpace& space,
               float* y) const;

  // Computes dx from dy [rows, dim] and the forward's x; adds to the
  // parameters' gradients. Overwrites the record.
  void backward(const Pool& pool, const Rope& rope, const float* x,
                const float* dy, AttentionRecord& record,
                TrainAttentionSpace& space, ProjectionSpace& products,
                float* dx);

 private:
  // One key and value head of one sequence, with all query heads that use it: a
  // task of one thread.
  struct Group;

  template <typename Task>
  void each_group(const Pool& pool, AttentionRecord& record,
                  TrainAttentionSpace& space, const Task& task) const;
  Group group(size_t task, AttentionRecord& record, float* scratch) const;
  void rotate(const Group& group, const Rope& rope, bool back) const;
  void round_as_cached(const Group& group) const;
  void attend(const Group& group) const;
  void attend_backward(const Group& group, const float* gradient) const;

  ModelConfig config_;
  int layer_;
  int sequences_;
  int length_;
  DType cache_type_;
  TrainAffine qkv_;
  std::optional<TrainHeadNorm> query_norm_;
  std::optional<TrainHeadNorm> key_norm_;
  TrainAffine output_;
};

}  // namespace pi_ring
