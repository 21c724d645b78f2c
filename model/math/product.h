// One packed matrix and the product with it, on XNNPACK: the one file that
// knows it, in both of the versions that Debian 12 and 13 carry.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

struct xnn_operator;

namespace pi_ring {

class Product {
 public:
  // The order of the weights: [outputs, inputs] or [inputs, outputs], without
  // gaps.
  enum class Layout { kOutputsFirst, kInputsFirst };

  // Strides are from one row to the next, in floats.
  struct Shape {
    int inputs;
    int outputs;
    int input_stride;
    int output_stride;
  };

  Product() = default;  // of nothing: must not be run
  // Copies the weights, in an order of its own.
  Product(const Shape& shape, Layout layout, const float* weights);

  // x [rows, inputs] -> y [rows, outputs]. Each y depends on its row of x and
  // its row of weights alone, and is summed over the inputs in one order. Not
  // by two threads at once.
  void run(int rows, const float* x, float* y) const;

  // The bytes that the copy takes.
  static size_t packed_bytes(int inputs, int outputs);

 private:
  struct Destroy {
    void operator()(xnn_operator* op) const;
  };

  std::unique_ptr<xnn_operator, Destroy> op_;
};

struct Slice {
  int first;
  int count;
};

// Cuts the outputs into slices whose packed weights fit the cache, each a task
// of one thread. XNNPACK takes another kernel, which sums in another order,
// where there are few outputs: so a slice is small only where all is.
std::vector<Slice> slices_of(int inputs, int outputs, int threads);

}  // namespace pi_ring
