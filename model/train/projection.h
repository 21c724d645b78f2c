// One or several matrices over the same input, y = x W^T, with the gradients of
// both sides.
#pragma once

#include <vector>

#include "model/math/buffers.h"
#include "model/math/pool.h"
#include "model/math/product.h"
#include "model/train/parameter.h"

namespace pi_ring {

// Buffers that the backward products work in; all products of a rank share one.
struct ProjectionSpace {
  // For matrices of at most this many inputs.
  ProjectionSpace(int max_inputs, int threads, Buffers& buffers);

  FloatBuffer transposed;  // [parts, outputs at once, rows at once]
  FloatBuffer partial;     // [parts, rows or outputs at once, inputs]
};

class Projection {
 public:
  // The matrices [outputs, inputs], whose outputs are side by side in y; they
  // must outlive this.
  Projection(std::vector<Parameter*> matrices, int threads, Buffers& buffers);

  int inputs() const { return inputs_; }
  int outputs() const { return outputs_; }

  // Packs the values, for both directions.
  void refresh(const Pool& pool);

  // x [rows, inputs] -> y [rows, outputs]
  void forward(const Pool& pool, int rows, const float* x, float* y) const;

  // dy [rows, outputs] -> dx [rows, inputs]
  void backward_input(const Pool& pool, int rows, const float* dy, float* dx,
                      ProjectionSpace& space) const;

  // Adds dy^T x to the matrices' gradients, kRowsAtOnce rows after another.
  void backward_weights(const Pool& pool, int rows, const float* dy,
                        const float* x, ProjectionSpace& space) const;

 private:
  // A slice of one matrix's outputs.
  struct ForwardPanel {
    const Parameter* matrix;
    Slice slice;
    int first;  // in y
    Product product;
  };
  // A slice of the inputs; the sum over all outputs in pieces that fit the
  // cache.
  struct BackwardPanel {
    Slice slice;
    std::vector<Slice> pieces;
    std::vector<Product> products;
  };

  void pack(BackwardPanel& panel) const;
  void run(const BackwardPanel& panel, int rows, const float* dy, float* dx,
           float* partial) const;
  void add_part(const Slice& outputs, int rows, const float* dy, const float* x,
                float* transposed, float* partial) const;

  std::vector<Parameter*> matrices_;
  int inputs_;
  int outputs_ = 0;
  std::vector<ForwardPanel> forward_;
  std::vector<BackwardPanel> backward_;
};

}  // namespace pi_ring
