// y = x W^T, on XNNPACK: the one file that knows it, in both of the versions
// that Debian 12 and 13 carry.
#pragma once

#include <memory>
#include <vector>

#include "model/pool.h"

struct xnn_operator;

namespace pi_ring {

class Tensor;

// One or several weight matrices over the same input, as one product: their
// outputs stand side by side in y.
class Linear {
 public:
  // For `outputs` in all; the pool tells how finely to cut the work.
  Linear(int inputs, int outputs, const Pool& pool);

  // Packs the next `outputs` of them from weights [outputs, inputs], panel by
  // panel, so that memory never holds the matrix twice.
  void append(Tensor& weights, int outputs);

  // x [rows, inputs] -> y [rows, outputs()]. Each y depends on its row of x and
  // its row of W alone, and is summed in the same order whatever the number of
  // threads.
  void run(const Pool& pool, int rows, const float* x, float* y) const;

  int outputs() const { return outputs_; }

 private:
  struct Destroy {
    void operator()(xnn_operator* op) const;
  };
  // A slice of the outputs whose packed weights fit the cache; a task of one
  // thread.
  struct Panel {
    int first;
    std::unique_ptr<xnn_operator, Destroy> op;
  };

  int inputs_;
  int outputs_;
  int threads_;
  int appended_ = 0;
  std::vector<Panel> panels_;
};

}  // namespace pi_ring
