// One tensor of the model with all that training keeps of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/architecture/architecture.h"
#include "model/math/buffers.h"

namespace pi_ring {

struct Parameter : ModelTensor {
  Parameter(ModelTensor tensor, Buffers& buffers);

  // A buffer of its values as the file has them, which may be transposed;
  // `room` is used where it is.
  std::span<const float> as_stored(const FloatBuffer& values,
                                   std::vector<float>& room) const;
  // The reverse.
  void take_stored(std::span<const float> stored, FloatBuffer& values) const;

  FloatBuffer value;
  FloatBuffer gradient;
  FloatBuffer first_moment;  // of the gradient: AdamW's running means
  FloatBuffer second_moment;
};

void zero_gradients(std::span<Parameter* const> parameters);

// Adds the squares of all gradients to the sum, one parameter after the other.
// If the ranks pass the sum on in the model's order, the norm is the same to
// the bit for every number of ranks.
double add_squares(double sum, std::span<Parameter* const> parameters);

}  // namespace pi_ring
