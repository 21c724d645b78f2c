// XNNPACK's fully connected operator.
#include "model/math/product.h"

#include <xnnpack.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

#include "model/math/float_buffer.h"

namespace pi_ring {
namespace {

constexpr int kSliceBytes = 512 * 1024;
// Outputs; a multiple of what any kernel computes at once.
constexpr int kSliceStep = 64;
constexpr int kSlicesPerThread = 4;  // so that uneven threads even out
// What most kernels compute at once: outputs are filled up to a multiple.
constexpr int kPackedOutputs = 16;

void check(xnn_status status, const char* what) {
  if (status != xnn_status_success) {
    throw std::runtime_error("XNNPACK cannot " + std::string(what) +
                             " (status " + std::to_string(status) +
                             (status == xnn_status_unsupported_hardware
                                  ? ": is /proc mounted?)"
                                  : ")"));
  }
}

void initialize_once() {
  static const bool done = [] {
    check(xnn_initialize(nullptr), "start");
    return true;
  }();
  (void)done;
}

int round_up(int value, int step) { return (value + step - 1) / step * step; }

// The two versions differ in how an operator is made and told its input.
#ifdef XNN_FLAG_KEEP_DIMS

xnn_operator_t create(const Product::Shape& shape, uint32_t flags,
                      const float* weights) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  xnn_operator_t op = nullptr;
  check(xnn_create_fully_connected_nc_f32(
            floats(shape.inputs), floats(shape.outputs),
            floats(shape.input_stride), floats(shape.output_stride), weights,
            nullptr, -kInfinity, kInfinity, flags, /*code_cache=*/nullptr,
            /*weights_cache=*/nullptr, &op),
        "pack weights");
  return op;
}

xnn_status set_up(xnn_operator_t op, size_t rows, const float* x, float* y) {
  const xnn_status status =
      xnn_reshape_fully_connected_nc_f32(op, rows, nullptr);
  return status == xnn_status_success
             ? xnn_setup_fully_connected_nc_f32(op, x, y)
             : status;
}

#else

xnn_operator_t create(const Product::Shape& shape, uint32_t flags,
                      const float* weights) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  xnn_operator_t op = nullptr;
  check(xnn_create_fully_connected_nc_f32(
            floats(shape.inputs), floats(shape.outputs),
            floats(shape.input_stride), floats(shape.output_stride), weights,
            nullptr, -kInfinity, kInfinity, flags, &op),
        "pack weights");
  return op;
}

xnn_status set_up(xnn_operator_t op, size_t rows, const float* x, float* y) {
  return xnn_setup_fully_connected_nc_f32(op, rows, x, y, nullptr);
}

#endif

}  // namespace

void Product::Destroy::operator()(xnn_operator* op) const {
  xnn_delete_operator(op);
}

Product::Product(const Shape& shape, Layout layout, const float* weights) {
  initialize_once();
  const uint32_t flags =
      layout == Layout::kInputsFirst ? XNN_FLAG_TRANSPOSE_WEIGHTS : 0;
  op_.reset(create(shape, flags, weights));
}

void Product::run(int rows, const float* x, float* y) const {
  check(set_up(op_.get(), floats(rows), x, y), "take its input");
  check(xnn_run_operator(op_.get(), nullptr), "multiply");
}

size_t Product::packed_bytes(int inputs, int outputs) {
  // One more than the inputs: the bias, which is packed though there is none.
  return sizeof(float) * floats(inputs + 1, round_up(outputs, kPackedOutputs));
}

std::vector<Slice> slices_of(int inputs, int outputs, int threads) {
  const int cached = kSliceBytes / (inputs * static_cast<int>(sizeof(float)));
  const int shared =
      threads == 1 ? outputs : outputs / (threads * kSlicesPerThread);
  const int size = round_up(std::max(1, std::min(cached, shared)), kSliceStep);
  const int count = std::max(1, outputs / size);
  std::vector<Slice> slices;
  slices.reserve(floats(count));
  for (int i = 0; i < count; ++i) slices.push_back({i * size, size});
  slices.back().count = outputs - slices.back().first;
  return slices;
}

}  // namespace pi_ring
