// Rotary position embedding: queries and keys are rotated by angles that grow
// with the position, in Hugging Face's layout: channel i of a head pairs with
// i + width / 2.
#pragma once

#include <vector>

#include "model/math/buffers.h"

namespace pi_ring {

// The angles of consecutive positions, computed once a pass for all its layers
// and heads.
class Rope {
 public:
  Rope(int head_dim, float theta, int max_rows, Buffers& buffers);

  // For rows at position, position + 1, ...
  void set_positions(int position, int rows);

  // Rotates one head's vector [head_dim] of the given row, in place.
  void forward(int row, float* head) const;
  // Rotates it back: a gradient to that of the vector before.
  void backward(int row, float* head) const;

 private:
  int half_;                        // of head_dim
  std::vector<float> frequencies_;  // [head_dim / 2]
  FloatBuffer cosines_;             // [max_rows, head_dim / 2]
  FloatBuffer sines_;
};

}  // namespace pi_ring
