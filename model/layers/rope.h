// Rotary position embedding: queries and keys are rotated by angles that grow
// with the position, in Hugging Face's layout: channel i of a head pairs with
// i + width / 2.
#pragma once

#include <optional>
#include <vector>

#include "model/architecture/config.h"
#include "model/math/buffers.h"

namespace pi_ring {

// The angle from one position to the next, for each pair of a head's channels.
std::vector<float> rope_frequencies(int head_dim, float theta,
                                    const RopeScaling& scaling);

// The angles of consecutive positions, computed once a pass for all its layers
// and heads.
class Rope {
 public:
  // `factor` is that of the cosines and sines. Without frequencies it does not
  // rotate.
  Rope(std::vector<float> frequencies, float factor, int max_rows,
       Buffers& buffers);

  // For rows at position, position + 1, ...
  void set_positions(int position, int rows);

  // Rotates one head's vector [head_dim] of the given row, in place.
  void forward(int row, float* head) const;
  // The reverse: from a gradient to that of the vector before.
  void backward(int row, float* head) const;

 private:
  int half_;  // of head_dim
  float factor_;
  std::vector<float> frequencies_;  // [head_dim / 2]
  FloatBuffer cosines_;             // [max_rows, head_dim / 2]
  FloatBuffer sines_;
};

// Those of a model: layers with a window may have another theta.
class Ropes {
 public:
  Ropes(const ModelConfig& config, int max_rows, Buffers& buffers);

  void set_positions(int position, int rows);
  const Rope& of_layer(const ModelConfig& config, int layer) const;

 private:
  Rope full_;
  std::optional<Rope> windowed_;  // where it differs
};

}  // namespace pi_ring
