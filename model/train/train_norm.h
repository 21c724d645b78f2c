// Normalisation of vectors, as the model's family has it, with its backward.
#pragma once

#include <memory>
#include <vector>

#include "model/architecture/config.h"
#include "model/math/float_buffer.h"
#include "model/math/pool.h"
#include "model/train/parameter.h"
#include "model/train/train_shape.h"

namespace pi_ring {

class TrainNorm {
 public:
  // Vectors have the width of the scale, which is the tensor of this role;
  // there are at most `rows` of them at once.
  TrainNorm(const TrainSetup& setup, Role role, int layer, int rows);

  void append_parameters(std::vector<Parameter*>& all);

  // Call it after the values change.
  void refresh();

  // x [rows, width] -> y [rows, width]
  void forward(const Pool& pool, int rows, const float* x, float* y) const;

  // From the gradient dy of the outputs for the same x: adds the gradient of
  // the inputs to dx, and those of the scale and the bias to the parameters'.
  void backward(const Pool& pool, int rows, const float* x, const float* dy,
                float* dx);

 private:
  size_t width() const { return scale_.value.size(); }
  const float* scale() const;
  float root_of(const float* x) const;
  void backward_group(size_t first, size_t end, const float* x, const float* dy,
                      float* dx, float* partial) const;

  NormKind kind_;
  float epsilon_;
  Parameter scale_;
  std::unique_ptr<Parameter> bias_;  // none where the family has none
  FloatBuffer shifted_;  // the scale plus 1, where the file has it less 1
  FloatBuffer partial_;  // [groups of rows, scale and bias]: of gradients
};

}  // namespace pi_ring
