// One tensor with all that training keeps of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/architecture/tensor_names.h"
#include "model/math/float_buffer.h"

namespace pi_ring {

struct Parameter {
  explicit Parameter(NamedShape named);

  std::string name;  // Hugging Face's
  std::vector<int64_t> shape;
  bool decays;  // matrices do, norms do not
  FloatBuffer value;
  FloatBuffer gradient;
  FloatBuffer first_moment;  // of the gradient: AdamW's running means
  FloatBuffer second_moment;
};

void zero_gradients(std::span<Parameter* const> parameters);

// Adds the squares of all gradients to the sum, one parameter after the other:
// a model's norm is the same to the bit however the ranks share the parameters,
// if the sum is passed on in the model's order.
double add_squares(double sum, std::span<Parameter* const> parameters);

}  // namespace pi_ring
