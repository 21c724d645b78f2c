// XNNPACK's fully connected operator, in panels spread over the pool.
#include "model/linear.h"

#include <xnnpack.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

#include "model/weights.h"

namespace pi_ring {
namespace {

constexpr int kPanelBytes = 512 * 1024;
// Outputs; a multiple of what any kernel computes at once. XNNPACK takes
// another kernel, which sums in another order, where there are fewer: so a
// panel has fewer only where its whole matrix does.
constexpr int kPanelStep = 64;
constexpr int kPanelsPerThread = 4;  // so that uneven threads even out

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

int panel_outputs(int inputs, int outputs, int threads) {
  const int cached = kPanelBytes / (inputs * static_cast<int>(sizeof(float)));
  const int shared =
      threads == 1 ? outputs : outputs / (threads * kPanelsPerThread);
  return round_up(std::max(1, std::min(cached, shared)), kPanelStep);
}

// The two versions differ in how an operator is made and told its input.
#ifdef XNN_FLAG_KEEP_DIMS

xnn_operator_t create(size_t inputs, size_t outputs, size_t stride,
                      const float* weights) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  xnn_operator_t op = nullptr;
  check(xnn_create_fully_connected_nc_f32(
            inputs, outputs, inputs, stride, weights, nullptr, -kInfinity,
            kInfinity, /*flags=*/0, /*code_cache=*/nullptr,
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

xnn_operator_t create(size_t inputs, size_t outputs, size_t stride,
                      const float* weights) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  xnn_operator_t op = nullptr;
  check(xnn_create_fully_connected_nc_f32(inputs, outputs, inputs, stride,
                                          weights, nullptr, -kInfinity,
                                          kInfinity, /*flags=*/0, &op),
        "pack weights");
  return op;
}

xnn_status set_up(xnn_operator_t op, size_t rows, const float* x, float* y) {
  return xnn_setup_fully_connected_nc_f32(op, rows, x, y, nullptr);
}

#endif

}  // namespace

void Linear::Destroy::operator()(xnn_operator* op) const {
  xnn_delete_operator(op);
}

Linear::Linear(int inputs, int outputs, const Pool& pool)
    : inputs_(inputs), outputs_(outputs), threads_(pool.threads()) {
  initialize_once();
}

void Linear::append(Tensor& weights, int outputs) {
  if (appended_ + outputs > outputs_) {
    throw std::logic_error("more weights than this product has outputs");
  }
  const int panel = panel_outputs(inputs_, outputs, threads_);
  const int panels = std::max(1, outputs / panel);
  for (int i = 0; i < panels; ++i) {
    const int first = i * panel;
    const int count = i + 1 < panels ? panel : outputs - first;
    panels_.push_back(
        {appended_ + first,
         std::unique_ptr<xnn_operator, Destroy>(
             create(static_cast<size_t>(inputs_), static_cast<size_t>(count),
                    static_cast<size_t>(outputs_),
                    weights.rows(first, count).data()))});
  }
  appended_ += outputs;
}

void Linear::run(const Pool& pool, int rows, const float* x, float* y) const {
  pool.each(panels_.size(), [&](size_t i) {
    const Panel& panel = panels_[i];
    check(set_up(panel.op.get(), static_cast<size_t>(rows), x, y + panel.first),
          "take its input");
    check(xnn_run_operator(panel.op.get(), nullptr), "multiply");
  });
}

}  // namespace pi_ring
