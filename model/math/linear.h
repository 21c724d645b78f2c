// y = x W^T, spread over the threads of a pool.
#pragma once

#include <vector>

#include "model/math/pool.h"
#include "model/math/product.h"
#include "model/math/row_product.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

class Tensor;

// One or several weight matrices over the same input, as one product: their
// outputs stand side by side in y.
class Linear {
 public:
  // For this many outputs in all; the pool decides how finely the work is cut.
  Linear(int inputs, int outputs, const Pool& pool);

  // Takes the next `outputs` of them from weights [outputs, inputs]. Where the
  // file computes in its map, they stay there, and it must outlive this;
  // otherwise they are packed panel by panel, so that memory never holds the
  // matrix twice.
  void append(Tensor& weights, int outputs);
  // The same from weights [inputs, outputs].
  void append_transposed(Tensor& weights, int outputs);

  // x [rows, inputs] -> y [rows, outputs]. Each y depends on its row of x and
  // its row of W alone, and is summed in the same order whatever the number of
  // threads.
  void run(const Pool& pool, int rows, const float* x, float* y) const;

  // The bytes that run() takes meanwhile, where weights are in blocks.
  static size_t rounded_bytes(int rows, int inputs);

 private:
  // A slice of the outputs: a task of one thread. It is packed, or `count` rows
  // of a matrix in the map.
  struct Panel {
    int first;
    Product product;
    simd::WeightRows rows{};
    int first_row = 0;
    int count = 0;
  };

  void check_room(int outputs) const;
  void append_packed(Tensor& weights, int outputs);
  void append_mapped(const Tensor& weights, int outputs);
  void run_mapped(const Panel& panel, const simd::InputRows& x, float* y) const;

  int inputs_;
  int outputs_;
  int threads_;
  int appended_ = 0;
  std::vector<Panel> panels_;
  bool has_blocks_ = false;
};

}  // namespace pi_ring
