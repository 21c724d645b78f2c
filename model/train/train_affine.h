// y = x W^T + b, for one or several matrices over the same input, with its
// backward.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/math/pool.h"
#include "model/train/parameter.h"
#include "model/train/projection.h"
#include "model/train/train_shape.h"

namespace pi_ring {

class TrainAffine {
 public:
  // Takes those of these matrices that the family has, and their biases; their
  // outputs stand side by side in y.
  TrainAffine(const TrainSetup& setup, int layer,
              std::span<const Role> matrices);
  TrainAffine(const TrainAffine&) = delete;
  TrainAffine& operator=(const TrainAffine&) = delete;

  void append_parameters(std::vector<Parameter*>& all) const;
  void refresh(const Pool& pool) { projection_->refresh(pool); }

  // x [rows, inputs] -> y [rows, outputs]
  void forward(const Pool& pool, int rows, const float* x, float* y) const;
  // dy [rows, outputs] -> dx [rows, inputs]
  void backward_input(const Pool& pool, int rows, const float* dy, float* dx,
                      ProjectionSpace& space) const;
  // Adds to the gradients of the matrices and biases.
  void backward_weights(const Pool& pool, int rows, const float* dy,
                        const float* x, ProjectionSpace& space);

 private:
  // A matrix, or the bias of the outputs from `first` on.
  struct Part {
    std::unique_ptr<Parameter> parameter;
    int first = 0;
    bool is_bias = false;
  };

  void add_bias(const Pool& pool, int rows, float* y) const;
  void add_bias_gradients(const Pool& pool, int rows, const float* dy);

  std::vector<Part> parts_;
  bool has_bias_ = false;
  std::optional<Projection> projection_;
  FloatBuffer partial_;  // [groups of rows, outputs]: of the biases' gradients
};

}  // namespace pi_ring
